using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

public sealed class UnreachableEngineTests : WatcherTest
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task No_engine_at_start_leaves_ready_pending_and_says_so_once()
    {
        await Engine.StopAsync();
        var consumer = Watch(Slow, _time);
        await consumer.WaitForErrorsAsync(1);
        await consumer.WaitForStateAsync(WatchState.Interrupted);

        Assert.False(consumer.Stream.Ready.IsCompleted);
        var error = Assert.Single(consumer.Errors);
        Assert.Contains(Engine.Endpoint, error.Message, StringComparison.Ordinal);
        Assert.Contains("running?", error.Message, StringComparison.Ordinal);
        Assert.Equal(DockerUnreachableReason.NoSuchSocket, Assert.IsType<DockerUnreachableException>(error.InnerException).Reason);
        Engine.Start();
    }

    [Fact]
    public async Task First_retry_comes_after_the_retry_delay_exactly()
    {
        await Engine.StopAsync();
        var consumer = Watch(Slow, _time);
        await consumer.WaitForErrorsAsync(1);
        await Eventually.TrueAsync(() => _time.NextTimerIn == TimeSpan.FromSeconds(3));
        Engine.Start();
        _time.Advance(TimeSpan.FromSeconds(3));

        await consumer.ReadyAsync();
        await SettleAsync(consumer);
        Assert.Equal(["force-reload"], WordsOf(consumer));
        Assert.Equal("the engine was unreachable until now", consumer.ReloadReasons);
        Assert.Equal(WatchState.Ready, consumer.Stream.State);
    }

    [Fact]
    public async Task Ten_minutes_without_an_engine_give_one_error_a_minute_and_tries_at_most_30_seconds_apart()
    {
        await Engine.StopAsync(keepSocketFile: true);
        var consumer = Watch(Slow, _time);
        await consumer.WaitForErrorsAsync(1);
        var tries = new List<TimeSpan>();
        var started = _time.GetUtcNow();
        while (_time.GetUtcNow() - started < TimeSpan.FromMinutes(10))
        {
            var next = await NextRetryAsync();
            Assert.InRange(next, TimeSpan.Zero, TimeSpan.FromSeconds(30));
            tries.Add(next);
            _time.Advance(next);
        }

        Assert.InRange(tries.Count, 20, 200);
        Assert.InRange(consumer.Errors.Count, 8, 11);
        Assert.Empty(consumer.Events);

        Engine.Start();
        await _time.AdvanceUntilAsync(() => consumer.Stream.Ready.IsCompleted);
        await consumer.ReadyAsync();
        await SettleAsync(consumer);
        Assert.Equal(["force-reload"], WordsOf(consumer));
    }

    [Fact]
    public async Task Engine_that_goes_and_comes_again_and_again_is_reported_once_each_time()
    {
        var consumer = await WatchReadyAsync();
        for (var outage = 1; outage <= 5; outage++)
        {
            await SettleAsync(consumer);
            await Engine.StopAsync();
            await consumer.WaitForStateAsync(WatchState.Interrupted);
            Engine.Start();
            await consumer.WaitForReloadsAsync(outage);
            await consumer.WaitForStateAsync(WatchState.Ready);
            Assert.Equal(outage, consumer.Errors.Count);
        }

        Assert.Equal(5, consumer.Reloads.Count);
    }

    [Fact]
    public async Task Subscription_made_during_an_outage_is_told_why_it_waits()
    {
        var first = await WatchReadyAsync(Slow, _time);
        await Engine.StopAsync();
        await first.WaitForStateAsync(WatchState.Interrupted);
        var second = Consume(new DockerWatcher(Options(Slow), timeProvider: _time).Watch());
        await second.WaitForErrorsAsync(1);

        Assert.Equal(WatchState.Interrupted, second.Stream.State);
        Assert.False(second.Stream.Ready.IsCompleted);
        Engine.Start();
        await _time.AdvanceUntilAsync(() => second.Stream.Ready.IsCompleted);
        await second.ReadyAsync();
    }

    [Fact]
    public async Task Connections_that_break_as_soon_as_they_stand_are_not_tried_without_a_pause()
    {
        Engine.Emit("start", "anchor");
        var consumer = await WatchReadyAsync(Slow, _time);
        await Engine.CutStreamsAsync(CutMode.Clean);
        await Engine.WaitForStreamsAsync(1);
        await Eventually.TrueAsync(() => _time.PendingTimers == 0);
        await Engine.CutStreamsAsync(CutMode.Clean);
        await Eventually.TrueAsync(() => _time.NextTimerIn == TimeSpan.FromMilliseconds(100));
        Assert.Equal(0, Engine.OpenStreams);

        _time.Advance(TimeSpan.FromSeconds(3));
        await Engine.WaitForStreamsAsync(1);
        Assert.Empty(consumer.Errors);
        Assert.Empty(consumer.Reloads);
    }

    internal override FakeEngineOptions EngineOptions() => new() { TimeProvider = _time };

    private static void Slow(DockerWatcherOptions options)
    {
        options.RetryDelay = TimeSpan.FromSeconds(3);
        options.MaxRetryDelay = TimeSpan.FromSeconds(30);
    }

    /// <summary>Waits for the pause between two tries, which nothing else happens in.</summary>
    private async Task<TimeSpan> NextRetryAsync()
    {
        var next = TimeSpan.Zero;
        await Eventually.TrueAsync(() => _time.NextTimerIn is { } due && (next = due) != TimeSpan.FromSeconds(10));
        return next;
    }
}
