namespace EventWatcher.TestKit.Tests;

public sealed class FakeWatcherTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Emit_right_after_watch_is_seen_by_every_subscription_in_order()
    {
        var watcher = new FakeWatcher();
        await using var one = watcher.Watch();
        await using var other = watcher.Watch();

        watcher.EmitNumbered(0, 100);
        watcher.Complete();

        Assert.Equal(Enumerable.Range(0, 100), await NumbersAsync(one));
        Assert.Equal(Enumerable.Range(0, 100), await NumbersAsync(other));
    }

    [Fact]
    public async Task SetReady_is_waited_for_where_asked()
    {
        var watcher = new FakeWatcher(TestEvents.Type, isReady: false);
        await using var stream = watcher.Watch();
        Assert.False(stream.Ready.IsCompleted);

        watcher.SetReady();

        await Eventually.CompletesAsync(stream.Ready);
    }

    [Fact]
    public async Task SetInterrupted_changes_state_and_reports()
    {
        var watcher = new FakeWatcher();
        await using var stream = watcher.Watch();
        await Eventually.CompletesAsync(stream.Ready);

        watcher.SetInterrupted(new IOException("gone"));

        Assert.Equal(WatchState.Interrupted, stream.State);
        Assert.Equal("gone", (await stream.Errors.ReadAsync()).Message);
    }

    [Fact]
    public async Task Fail_ends_the_subscription_with_the_exception_and_forgets_it()
    {
        var watcher = new FakeWatcher();
        await using var stream = watcher.Watch();

        watcher.Fail(new FormatException("bad"));

        await Assert.ThrowsAsync<FormatException>(() => Eventually.CompletesAsync(stream.Completion));
        await Eventually.TrueAsync(() => watcher.SubscriptionCount == 0);
    }

    [Fact]
    public async Task Fail_with_restart_goes_on_after_the_delay()
    {
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { RestartOnFailure = true }, _time);
        await using var stream = watcher.Watch();
        await Eventually.CompletesAsync(stream.Ready);

        watcher.Fail(new FormatException("bad"));
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        watcher.EmitNumbered(1, 1);

        Assert.True((await stream.Events.ReadAsync()).Action.IsForceReload);
        Assert.Equal("1", (await stream.Events.ReadAsync()).ActorName);
        Assert.Equal(1, watcher.SubscriptionCount);
    }

    [Fact]
    public async Task Watch_disposed_subscription_is_forgotten()
    {
        var watcher = new FakeWatcher();
        var stream = watcher.Watch();
        Assert.Equal(1, watcher.SubscriptionCount);

        await stream.DisposeAsync();

        await Eventually.TrueAsync(() => watcher.SubscriptionCount == 0);
    }

    private static async Task<int[]> NumbersAsync(WatchStream stream)
    {
        var numbers = new List<int>();
        await foreach (var item in stream.ReadAllAsync())
        {
            numbers.Add(TestEvents.NumberOf(item));
        }

        return [.. numbers];
    }
}
