namespace EventWatcher.Core.Tests;

public sealed class WatcherRestartTests
{
    private static readonly WatcherOptions Restarting = new()
    {
        Name = "w",
        RestartOnFailure = true,
        RestartDelay = TimeSpan.FromSeconds(1),
        MaxRestartDelay = TimeSpan.FromSeconds(30),
    };

    private readonly FakeTimeProvider _time = new();
    private int _runs;

    [Fact]
    public async Task Failure_runs_again_after_the_delay_and_reloads_once()
    {
        var watcher = new FakeWatcher(TestEvents.Type, Restarting, _time);
        await using var stream = watcher.Watch();
        watcher.EmitNumbered(1, 1);
        await Eventually.TrueAsync(() => stream.Events.Count == 1);

        watcher.Fail(new IOException("gone"));
        await _time.WaitForTimersAsync(1);
        Assert.Equal(WatchState.Interrupted, stream.State);
        _time.Advance(Restarting.MaxRestartDelay);
        watcher.SetReady();
        await Eventually.TrueAsync(() => stream.State == WatchState.Ready);
        watcher.SetReady();
        watcher.EmitNumbered(2, 1);

        Assert.Equal(["1", "", "2"], (await ReadAsync(stream, 3)).Select(static item => item.ActorName));
        Assert.Equal("gone", (await stream.Errors.ReadAsync()).Message);
        Assert.False(stream.Completion.IsCompleted);
        Assert.Equal(0, stream.Events.Count);
    }

    [Fact]
    public async Task Failure_event_comes_without_set_ready_the_force_reload_is_before_it()
    {
        var watcher = new FakeWatcher(TestEvents.Type, Restarting, _time);
        await using var stream = watcher.Watch();
        await Eventually.CompletesAsync(stream.Ready);
        await FailAsync(watcher, stream);

        watcher.EmitNumbered(7, 1);

        var items = await ReadAsync(stream, 2);
        Assert.True(items[0].Action.IsForceReload);
        Assert.Equal((TestEvents.Type, "w"), (items[0].Type, items[0].Source));
        Assert.Equal("7", items[1].ActorName);
    }

    [Fact]
    public async Task Failure_twice_in_a_row_reloads_once()
    {
        var watcher = new FakeWatcher(TestEvents.Type, Restarting, _time);
        await using var stream = watcher.Watch();
        await Eventually.CompletesAsync(stream.Ready);
        await FailAsync(watcher, stream);
        await FailAsync(watcher, stream);

        watcher.EmitNumbered(1, 1);

        Assert.Equal(["", "1"], (await ReadAsync(stream, 2)).Select(static item => item.ActorName));
        Assert.Equal(2, stream.Errors.Count);
    }

    [Fact]
    public async Task Failure_before_the_first_ready_an_event_of_the_second_run_makes_it_ready()
    {
        var watcher = Watcher.Create(
            TestEvents.Type,
            async (output, token) =>
            {
                if (Interlocked.Increment(ref _runs) == 1)
                {
                    throw new IOException("not there yet");
                }

                output.Emit(TestEvents.Numbered(1));
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
            Restarting,
            _time);
        await using var stream = watcher.Watch();
        await _time.WaitForTimersAsync(1);
        Assert.False(stream.Ready.IsCompleted);

        _time.Advance(Restarting.MaxRestartDelay);

        await Eventually.CompletesAsync(stream.Ready);
        Assert.Equal(WatchState.Ready, stream.State);
        Assert.Equal(["1"], (await ReadAsync(stream, 1)).Select(static item => item.ActorName));
    }

    [Fact]
    public async Task Failure_again_and_again_waits_longer_each_time_up_to_the_longest_delay()
    {
        var watcher = FailingAlways();
        await using var stream = watcher.Watch();
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 20; i++)
        {
            await _time.WaitForTimersAsync(1);
            waits.Add(_time.NextTimerIn!.Value);
            _time.Advance(waits[^1]);
            await Eventually.TrueAsync(() => Volatile.Read(ref _runs) == i + 2);
        }

        Assert.All(waits, static wait => Assert.InRange(wait, TimeSpan.Zero, Restarting.MaxRestartDelay));
        Assert.True(waits[0] < TimeSpan.FromSeconds(3), $"The first wait was {waits[0]}.");
        Assert.True(waits.Take(3).Max() < waits.TakeLast(3).Max(), string.Join(", ", waits));
        Assert.False(stream.Ready.IsCompleted);
    }

    [Fact]
    public async Task Failure_after_a_good_time_waits_as_at_first()
    {
        var watcher = new FakeWatcher(TestEvents.Type, Restarting, _time);
        await using var stream = watcher.Watch();
        await Eventually.CompletesAsync(stream.Ready);
        for (var i = 0; i < 12; i++)
        {
            await FailAsync(watcher, stream);
        }

        watcher.SetReady();
        await Eventually.TrueAsync(() => stream.State == WatchState.Ready);
        _time.Advance(Restarting.MaxRestartDelay);
        watcher.Fail(new IOException("after a good time"));
        await _time.WaitForTimersAsync(1);

        Assert.True(_time.NextTimerIn < TimeSpan.FromSeconds(3), $"The wait is {_time.NextTimerIn}.");
    }

    [Fact]
    public async Task Failure_right_after_ready_again_and_again_waits_longer_all_the_same()
    {
        var watcher = new FakeWatcher(TestEvents.Type, Restarting, _time);
        await using var stream = watcher.Watch();
        for (var i = 0; i < 8; i++)
        {
            watcher.SetReady();
            await Eventually.TrueAsync(() => stream.State == WatchState.Ready);
            await FailAsync(watcher, stream);
        }

        watcher.SetReady();
        watcher.Fail(new IOException("once more"));
        await _time.WaitForTimersAsync(1);

        Assert.Equal(Restarting.MaxRestartDelay, _time.NextTimerIn);
    }

    [Fact]
    public async Task DisposeAsync_during_the_delay_is_prompt_and_leaves_no_timer()
    {
        var stream = FailingAlways().Watch();
        await _time.WaitForTimersAsync(1);

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask());

        await Eventually.CompletesAsync(stream.Completion);
        Assert.True(stream.Ready.IsCanceled);
        await Eventually.TrueAsync(() => _time.PendingTimers == 0);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task Run_that_returns_is_not_run_again()
    {
        var watcher = new FakeWatcher(TestEvents.Type, Restarting, _time);
        await using var stream = watcher.Watch();

        watcher.Complete();

        await Eventually.CompletesAsync(stream.Completion);
        Assert.Equal(WatchState.Completed, stream.State);
    }

    private static async Task<List<Event>> ReadAsync(WatchStream stream, int count)
    {
        var items = new List<Event>();
        while (items.Count < count)
        {
            items.Add(await Eventually.CompletesAsync(stream.Events.ReadAsync().AsTask()));
        }

        return items;
    }

    private async Task FailAsync(FakeWatcher watcher, WatchStream stream)
    {
        var before = stream.Errors.Count;
        watcher.Fail(new IOException("gone"));
        await _time.WaitForTimersAsync(1);
        Assert.Equal(before + 1, stream.Errors.Count);
        _time.Advance(Restarting.MaxRestartDelay);
        await Eventually.TrueAsync(() => watcher.RunningCount == 1);
    }

    private Watcher FailingAlways() => Watcher.Create(
        TestEvents.Type,
        (_, _) =>
        {
            Interlocked.Increment(ref _runs);
            throw new IOException("never there");
        },
        Restarting,
        _time);
}
