using System.Diagnostics;
using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

[Collection(AloneCollection.Name)]
public sealed class EndingTests : WatcherTest
{
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<string, bool> Phases
    {
        get
        {
            var phases = new TheoryData<string, bool>();
            foreach (var phase in (string[])["connecting", "backing off", "ping", "ring", "headers", "subscribing", "draining", "proof ring", "proof", "audit", "snapshot", "pausing"])
            {
                phases.Add(phase, p2: true);
                phases.Add(phase, p2: false);
            }

            return phases;
        }
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task End_is_prompt_and_leaves_nothing_in_every_phase(string phase, bool byToken)
    {
        using var cancellation = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var held = Fault.HoldHeadersUntil(never.Task);
        switch (phase)
        {
            case "connecting" or "backing off": await Engine.StopAsync(); break;
            case "ping": Engine.Faults.Next(1, held, r => r.Path == "/_ping"); break;
            case "ring": Engine.Faults.Next(1, held, r => r.IsBoundedRead); break;
            case "headers": Engine.Faults.Next(1, held, r => r.IsEventStream); break;
            case "subscribing": Engine.Faults.Next(1, Fault.SubscribeAfter(never.Task), r => r.IsEventStream); break;
            case "snapshot": Engine.Faults.Next(1, held, r => r.Path == "/containers/json"); break;
        }

        var stream = new DockerWatcher(
            Options(o =>
            {
                o.AuditInterval = TimeSpan.FromSeconds(10);
                o.RetryDelay = TimeSpan.FromSeconds(3);
                o.MaxRetryDelay = TimeSpan.FromSeconds(30);
                o.Snapshot = phase == "snapshot";
                o.Resume = phase == "pausing" ? DockerResume.Never : DockerResume.Proved;
            }),
            timeProvider: _time).Watch(cancellation.Token);
        var consumer = new Consumer(stream);
        await ReachAsync(phase, consumer, held, never.Task);

        var started = Stopwatch.GetTimestamp();
        if (byToken)
        {
            await cancellation.CancelAsync();
            await stream.Events.Completion.WaitAsync(TimeSpan.FromSeconds(5));
            await stream.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        }

        await consumer.DisposeAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(WatchState.Completed, stream.State);
        Assert.True(stream.Completion.IsCompletedSuccessfully);
        await Eventually.TrueAsync(() => Engine.OpenConnections == 0);
        Assert.Equal(0, Engine.OpenStreams);
        await Eventually.TrueAsync(() => _time.PendingTimers == 0);
        var requests = Engine.Requests.Count;
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(requests, Engine.Requests.Count);
    }

    [Fact]
    public async Task Thousand_rounds_of_watch_and_dispose_leave_no_handle_and_no_thread()
    {
        var watcher = new DockerWatcher(Options());
        await RoundsAsync(watcher, 100);
        var (handles, threads) = Held();
        await RoundsAsync(watcher, 1_000);
        await Eventually.TrueAsync(() => Engine.OpenConnections == 0);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // The pool comes and goes by a few threads, and the runtime by a few files.
        await Eventually.TrueAsync(() => Held().Handles <= handles + 5);
        await Eventually.TrueAsync(() => Held().Threads <= threads + 15);
        Assert.Equal(0, Engine.OpenStreams);
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public async Task Watch_with_a_cancelled_token_ends_at_once()
    {
        var stream = new DockerWatcher(Options()).Watch(new CancellationToken(canceled: true));
        await stream.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        await stream.Events.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(stream.Ready.IsCanceled);
        await Engine.WaitForStreamsAsync(0);
    }

    internal override FakeEngineOptions EngineOptions() => new() { TimeProvider = _time };

    private static (int Handles, int Threads) Held()
    {
        using var process = Process.GetCurrentProcess();
        return (Directory.GetFileSystemEntries("/proc/self/fd").Length, process.Threads.Count);
    }

    private async Task RoundsAsync(DockerWatcher watcher, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            var consumer = new Consumer(watcher.Watch());
            switch (i % 4)
            {
                case 0:
                    break;
                case 1:
                    await consumer.ReadyAsync();
                    break;
                case 2:
                    await consumer.ReadyAsync();
                    await SettleAsync(consumer);
                    break;
                default:
                    await consumer.ReadyAsync();
                    await Engine.CutStreamsAsync((CutMode)(i / 4 % 4));
                    break;
            }

            await consumer.DisposeAsync();
        }
    }

    /// <summary>Waits until the watcher is where the phase's name says.</summary>
    private async Task ReachAsync(string phase, Consumer consumer, Fault held, Task never)
    {
        switch (phase)
        {
            case "connecting":
                return;
            case "backing off":
                await consumer.WaitForErrorsAsync(1);
                await Eventually.TrueAsync(() => _time.NextTimerIn == TimeSpan.FromSeconds(3));
                return;
            case "ping":
                await Engine.WaitForRequestAsync(r => r.Path == "/_ping");
                return;
            case "ring":
                await Engine.WaitForRequestAsync(r => r.IsBoundedRead);
                return;
            case "headers" or "subscribing":
                await Engine.WaitForRequestAsync(r => r.IsEventStream);
                return;
            case "snapshot":
                await Engine.WaitForRequestAsync(r => r.Path == "/containers/json");
                return;
        }

        await consumer.ReadyAsync();
        await SettleAsync(consumer);
        switch (phase)
        {
            case "proof ring":
                Engine.Faults.Next(1, held, r => r.IsBoundedRead);
                await Engine.CutStreamsAsync(CutMode.Close);
                await Engine.WaitForRequestAsync(r => r.IsBoundedRead, 2);
                return;
            case "proof":
                Engine.Faults.Next(1, Fault.SubscribeAfter(never), r => r.IsEventStream);
                await Engine.CutStreamsAsync(CutMode.Close);
                await Engine.WaitForRequestAsync(r => r.IsBoundedRead, 2);
                return;
            case "audit":
                Engine.Faults.Next(1, held, r => r.IsBoundedRead);
                await _time.AdvanceUntilAsync(() => Engine.Requests.Count(r => r.IsBoundedRead) == 2);
                return;
            case "pausing":
                await Engine.CutStreamsAsync(CutMode.Close);
                await Eventually.TrueAsync(() => _time.NextTimerIn == TimeSpan.FromSeconds(3));
                return;
        }
    }
}
