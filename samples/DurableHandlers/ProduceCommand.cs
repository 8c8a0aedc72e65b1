using System.Security.Cryptography;
using EventWatcher.Store;

namespace DurableHandlers;

internal static class ProduceCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = arguments.Directory }, cancellationToken: cancellationToken);
        var run = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var taken = 0L;
        await Task.WhenAll(Enumerable.Range(0, arguments.Writers).Select(writer => Task.Run(
            async () =>
            {
                while (!cancellationToken.IsCancellationRequested)
                {
                    var number = Interlocked.Increment(ref taken);
                    if (arguments.Count > 0 && number > arguments.Count)
                    {
                        return;
                    }

                    var id = $"{run}-{writer}-{number}";
                    var sequence = await store.StoreEventAsync(ProducedEvent.Create(id, arguments.Size), CancellationToken.None);
                    Lines.Print($"ack {sequence} {id}");
                }
            },
            CancellationToken.None)));
        return 0;
    }
}
