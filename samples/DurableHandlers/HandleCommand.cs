using EventWatcher.Store;

namespace DurableHandlers;

internal static class HandleCommand
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var store = await FileEventStore.OpenAsync(new FileEventStoreOptions { Path = arguments.Directory }, cancellationToken: cancellationToken);
        await using var manager = new StoreWatcherManager(store);
        var watcher = await manager.CreateAsync(
            arguments.Id,
            (item, _) =>
            {
                Lines.Print($"handled {item.SequenceNumber} {ProducedEvent.IdOf(item)}");
                return ValueTask.CompletedTask;
            },
            new StoreWatcherOptions
            {
                AutoCheckpoint = new AutoCheckpointOptions { Events = arguments.Every, Interval = TimeSpan.FromSeconds(1), OnStop = true },
                OnError = static async (exception, _) => await Console.Error.WriteLineAsync(exception.Message),
            },
            cancellationToken);

        while (!cancellationToken.IsCancellationRequested && !(arguments.Once && watcher.Statistics.Lag == 0))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await manager.StopAsync(cancellationToken: CancellationToken.None);
        return 0;
    }
}
