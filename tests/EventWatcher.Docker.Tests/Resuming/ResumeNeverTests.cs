using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

public sealed class ResumeNeverTests : WatcherTest
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Outage_gives_an_error_and_exactly_two_force_reloads()
    {
        var consumer = await WatchReadyAsync(o => o.Resume = DockerResume.Never);
        Engine.Emit("start", "before");
        await SettleAsync(consumer);
        for (var outage = 1; outage <= 3; outage++)
        {
            await Engine.CutStreamsAsync(outage == 1 ? CutMode.Clean : CutMode.Close);
            await consumer.WaitForReloadsAsync(outage * 2);
            await SettleAsync(consumer);
            Assert.Equal(outage * 2, consumer.Reloads.Count);
            Assert.Equal(outage, consumer.Errors.Count);
        }
    }

    [Fact]
    public async Task Outage_is_announced_at_its_start_and_tried_again_after_the_retry_delay_only()
    {
        var consumer = await WatchReadyAsync(Never, _time);
        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(CutMode.Close);
        await consumer.WaitForReloadsAsync(1);
        await consumer.WaitForErrorsAsync(1);
        await Eventually.TrueAsync(() => _time.NextTimerIn == TimeSpan.FromSeconds(3));
        Assert.Equal(WatchState.Interrupted, consumer.Stream.State);
        var asked = Engine.Requests.Count;

        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(asked, Engine.Requests.Count);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        await consumer.WaitForReloadsAsync(2);
        await SettleAsync(consumer);
        Assert.Equal(2, consumer.Reloads.Count);
        Assert.Equal(WatchState.Ready, consumer.Stream.State);
    }

    [Fact]
    public async Task Tries_that_fail_meanwhile_add_no_force_reload()
    {
        var consumer = await WatchReadyAsync(o => o.Resume = DockerResume.Never);
        await SettleAsync(consumer);
        Engine.Faults.Next(3, Fault.Answer(500, "not now"), r => r.IsEventStream);
        await Engine.CutStreamsAsync(CutMode.Close);
        await consumer.WaitForReloadsAsync(2);
        await SettleAsync(consumer);

        Assert.Equal(2, consumer.Reloads.Count);
    }

    private void Never(DockerWatcherOptions options)
    {
        options.Resume = DockerResume.Never;
        options.RetryDelay = TimeSpan.FromSeconds(3);
        options.MaxRetryDelay = TimeSpan.FromSeconds(30);
    }

    internal override FakeEngineOptions EngineOptions() => new() { TimeProvider = _time };
}
