using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

public sealed class ReadyTests : WatcherTest
{
    [Fact]
    public async Task Event_right_after_ready_is_always_seen_and_one_from_before_never()
    {
        for (var i = 0; i < 200; i++)
        {
            // A real engine answers before it has really subscribed.
            Engine.Faults.Next(1, Fault.SubscribeAfter(Task.Delay(TimeSpan.FromMilliseconds(i % 4), TimeProvider.System)), r => r.IsEventStream);
            Engine.Emit("start", $"before-{i}");
            await using var consumer = new Consumer(new DockerWatcher(Options()).Watch());
            await consumer.ReadyAsync();
            Engine.Emit("start", $"after-{i}");
            await consumer.WaitForAsync($"start after-{i}");
            Assert.Equal([$"start after-{i}"], consumer.Words);
        }
    }

    [Theory]
    [InlineData(-7_200)]
    [InlineData(-0.7)]
    [InlineData(0.7)]
    [InlineData(7_200)]
    public async Task Event_right_after_ready_is_seen_whatever_the_engines_clock_says(double seconds)
    {
        Engine.Clock.Step(TimeSpan.FromSeconds(seconds));
        var gate = new TaskCompletionSource();
        Engine.Faults.Next(1, Fault.SubscribeAfter(gate.Task), r => r.IsEventStream);
        var consumer = Watch();
        await consumer.ReadyAsync();
        Engine.Emit("start", "after");
        gate.SetResult();
        await consumer.WaitForAsync("start after");
        Assert.Equal(["start after"], consumer.Words);
    }

    [Fact]
    public async Task Ready_waits_for_the_memory_and_for_the_headers()
    {
        var ring = new TaskCompletionSource();
        var headers = new TaskCompletionSource();
        Engine.Faults.Next(1, Fault.HoldHeadersUntil(ring.Task), r => r.IsBoundedRead);
        Engine.Faults.Next(1, Fault.HoldHeadersUntil(headers.Task), r => r.IsEventStream);
        var consumer = Watch(time: new FakeTimeProvider(DateTimeOffset.UtcNow));
        await Engine.WaitForRequestAsync(r => r.IsBoundedRead);
        Assert.False(consumer.Stream.Ready.IsCompleted);

        ring.SetResult();
        await Engine.WaitForRequestAsync(r => r.IsEventStream);
        Assert.False(consumer.Stream.Ready.IsCompleted);
        Assert.Equal(WatchState.Connecting, consumer.Stream.State);

        headers.SetResult();
        await consumer.ReadyAsync();
        Assert.Equal(WatchState.Ready, consumer.Stream.State);
    }

    [Fact]
    public async Task Headers_withheld_until_the_first_event_are_waited_for_one_second()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        Engine.Faults.Streams = new Fault { HeadersWithFirstEvent = true };
        Engine.Faults.Next(1, Fault.None, r => r.IsBoundedRead);
        var consumer = Watch(time: time);
        await Engine.WaitForStreamsAsync(1);
        await Eventually.TrueAsync(() => time.NextTimerIn == TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(consumer.Stream.Ready.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await consumer.ReadyAsync();
        Engine.Emit("start", "first");
        await consumer.WaitForAsync("start first");
        Assert.Equal(["start first"], consumer.Words);
        Assert.Empty(consumer.Errors);
    }
}
