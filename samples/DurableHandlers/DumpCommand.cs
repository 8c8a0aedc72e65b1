using EventWatcher.Store;

namespace DurableHandlers;

internal static class DumpCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var store = await FileEventStore.OpenAsync(
            new FileEventStoreOptions { Path = arguments.Directory, IsReadOnly = true }, cancellationToken: cancellationToken);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024) { NewLine = "\n" };
        await foreach (var item in store.ReadToEndAsync(cancellationToken: cancellationToken))
        {
            await output.WriteLineAsync($"{item.SequenceNumber} {ProducedEvent.IdOf(item)}");
        }

        return 0;
    }
}
