using EventWatcher.Store;

namespace DurableHandlers;

internal static class DumpCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var store = await FileEventStore.OpenAsync(
            new FileEventStoreOptions { Path = arguments.Directory, IsReadOnly = true }, cancellationToken: cancellationToken);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024) { NewLine = "\n" };
        var latest = await store.GetLatestSequenceNumberAsync(cancellationToken);
        var request = new GetEventsRequest { LongPollTimeout = TimeSpan.Zero };
        do
        {
            var response = await store.GetEventsAsync(request, cancellationToken);
            foreach (var item in response.Events)
            {
                await output.WriteLineAsync($"{item.SequenceNumber} {ProducedEvent.IdOf(item)}");
            }

            request = request with { Iterator = response.NextIterator };
        }
        while (request.Iterator.SequenceNumber < latest);
        return 0;
    }
}
