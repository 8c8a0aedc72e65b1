namespace EventWatcher.Core.Tests;

/// <summary>Alone, since it counts what the process holds.</summary>
[CollectionDefinition(nameof(QueueLeakTests), DisableParallelization = true)]
[Collection(nameof(QueueLeakTests))]
public sealed class QueueLeakTests
{
    private const int Rounds = 1_000;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeWatcher _watcher = new();

    [Fact]
    public async Task Start_and_dispose_a_thousand_times_leaves_no_task_timer_or_handle()
    {
        await RunAsync(50);
        var handles = OpenHandles();

        var references = await RunAsync(Rounds);

        await Eventually.TrueAsync(() => _time.PendingTimers == 0);
        await Eventually.TrueAsync(() => _watcher.SubscriptionCount == 0);
        await Eventually.TrueAsync(() => CountAlive(references) <= 20);
        await Eventually.TrueAsync(() => OpenHandles() <= handles + 20);
        await Eventually.TrueAsync(() => ThreadPool.PendingWorkItemCount == 0);
    }

    [Fact]
    public async Task Start_and_dispose_with_a_long_lived_token_leaves_nothing_on_the_token()
    {
        using var cancellation = new CancellationTokenSource();

        var references = await RunAsync(200, cancellation.Token);

        await Eventually.TrueAsync(() => CountAlive(references) <= 20);
        Assert.False(cancellation.IsCancellationRequested);
    }

    private static int OpenHandles() =>
        Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;

    private static int CountAlive(List<WeakReference> references)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return references.Count(static reference => reference.IsAlive);
    }

    private async Task<List<WeakReference>> RunAsync(int rounds, CancellationToken cancellationToken = default)
    {
        var references = new List<WeakReference>();
        for (var round = 0; round < rounds; round++)
        {
            await OneRoundAsync(round);
        }

        return references;

        async Task OneRoundAsync(int round)
        {
            var handler = new RecordingHandler { ThrowOnEvery = 2 };
            var options = new EventQueueOptions
            {
                DrainOnStop = round % 2 == 0,
                FlushFailure = (FlushFailureMode)(round % 3),
                MaxBatchSize = 2,
            };
            var queue = new EventQueue(options, handler.HandleAsync, handler.HandleErrorAsync, timeProvider: _time);
            references.Add(new WeakReference(queue));
            queue.Attach(_watcher);
            var stream = _watcher.Watch(cancellationToken);
            references.Add(new WeakReference(stream));
            queue.Attach(stream);
            queue.Start(cancellationToken);
            _watcher.EmitNumbered(0, 3);
            queue.TryEnqueue(TestEvents.Numbered(9));
            await Eventually.CompletesAsync(queue.DisposeAsync().AsTask());
        }
    }
}
