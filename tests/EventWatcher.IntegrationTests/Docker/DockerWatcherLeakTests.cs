using EventWatcher.Docker;
using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests;

/// <summary>Nothing stays behind, on a real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class DockerWatcherLeakTests(DockerEngineFixture fixture)
{
    private const int Rounds = 1_000;

    private int _mostSockets;

    [SkippableFact]
    public async Task Start_and_dispose_a_thousand_times_leaves_no_task_socket_timer_or_handle()
    {
        fixture.SkipUnlessAvailable();
        var time = new CountingTimeProvider();
        _ = await RunAsync(time, rounds: 20);
        var listeners = await ListenersAsync();
        var sockets = Sockets();
        var handles = Handles();

        _mostSockets = 0;

        var references = await RunAsync(time, Rounds);

        // Not merely in the end: the garbage collector would close what was forgotten.
        Assert.InRange(_mostSockets, 0, sockets + 5);
        await Eventually.TrueAsync(() => time.Timers == 0);
        await Eventually.TrueAsync(() => Sockets() <= sockets + 5);
        await Deadline.UntilAsync(() => Handles().Except(handles).Count() <= 5, () => $"no new handles. There are:\n{string.Join('\n', Handles().Except(handles))}");
        await Eventually.TrueAsync(() => Alive(references) <= 20);
        await Deadline.UntilAsync(async () => await ListenersAsync() <= listeners, () => "the engine's side of the streams to end");
    }

    /// <summary>Without the assemblies, which the runtime opens when they are first used and keeps.</summary>
    private static List<string> Handles() =>
    [
        .. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(static handle => $"{handle} {new FileInfo(handle).LinkTarget}")
            .Where(static handle => !handle.EndsWith(".dll", StringComparison.Ordinal) && !handle.EndsWith(".pdb", StringComparison.Ordinal)),
    ];

    private static int Sockets() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Count(static handle => new FileInfo(handle).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static int Alive(List<WeakReference> references)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return references.Count(static reference => reference.IsAlive);
    }

    /// <summary>Some rounds end before the subscription stands, some after it, some by disposal and some by their token.</summary>
    private async Task<List<WeakReference>> RunAsync(TimeProvider time, int rounds)
    {
        var references = new List<WeakReference>();
        for (var round = 0; round < rounds; round++)
        {
            await OneRoundAsync(round);
            _mostSockets = Math.Max(_mostSockets, Sockets());
        }

        return references;

        async Task OneRoundAsync(int round)
        {
            using var stop = new CancellationTokenSource();
            var watcher = new DockerWatcher(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint, Snapshot = round % 3 == 0 }, timeProvider: time);
            await using var queue = new EventQueue(new EventQueueOptions(), static _ => { }, timeProvider: time);
            var stream = watcher.Watch(stop.Token);
            references.Add(new WeakReference(watcher));
            references.Add(new WeakReference(queue));
            references.Add(new WeakReference(stream));
            queue.Attach(stream);
            queue.Start(stop.Token);
            if (round % 2 == 0)
            {
                await stream.Ready.WaitAsync(Deadline.Generous);
            }

            if (round % 5 == 0)
            {
                await stop.CancelAsync();
                await stream.Completion.WaitAsync(Deadline.Generous);
            }
        }
    }

    private async Task<int> ListenersAsync() => (await fixture.Control.InfoAsync())["NEventsListener"]!.GetValue<int>();

    /// <summary>The system's clock, whose timers that are not disposed are counted.</summary>
    private sealed class CountingTimeProvider : TimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ = Interlocked.Increment(ref _timers);
            return new CountedTimer(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref _timers));
        }
    }

    private sealed class CountedTimer(ITimer timer, Action onDisposed) : ITimer
    {
        private int _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            Count();
        }

        public async ValueTask DisposeAsync()
        {
            await timer.DisposeAsync();
            Count();
        }

        private void Count()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                onDisposed();
            }
        }
    }
}
