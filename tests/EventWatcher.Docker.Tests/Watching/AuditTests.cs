using System.Diagnostics.Metrics;
using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

public sealed class AuditTests : WatcherTest
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Event_dropped_silently_is_delivered_late_where_nothing_later_of_its_container_was()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Faults.DropNext();
        Engine.Emit("start", "dropped");
        Engine.Emit("start", "other");
        await consumer.WaitForAsync("start other");
        await _time.AdvanceUntilAsync(() => consumer.Words.Contains("start dropped", StringComparer.Ordinal));
        await consumer.WaitForErrorsAsync(1);

        // The new stream stands: while it is being proved, time that passes would only make it time out.
        await SettleAsync(consumer);
        await _time.PassAsync(TimeSpan.FromSeconds(30));
        await SettleAsync(consumer);

        Assert.Equal(["start other", "start dropped"], WordsOf(consumer));
        Assert.Contains("lacked 1 events", Assert.Single(consumer.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(2, Engine.Requests.Count(r => r.IsEventStream));
    }

    [Fact]
    public async Task Event_dropped_silently_gives_a_force_reload_where_something_later_of_its_container_was_delivered()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Faults.DropNext();
        Engine.Emit("start", "c");
        Engine.Emit("die", "c");
        await consumer.WaitForAsync("die c");
        await _time.AdvanceUntilAsync(() => consumer.Reloads.Count > 0);

        // The new stream stands: while it is being proved, time that passes would only make it time out.
        await SettleAsync(consumer);
        await _time.PassAsync(TimeSpan.FromSeconds(30));
        await SettleAsync(consumer);

        Assert.Equal(["die c", "force-reload"], WordsOf(consumer));
    }

    [Fact]
    public async Task Event_dropped_silently_is_found_within_the_interval_and_its_margins()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Emit("start", "busy");
        await _time.PassAsync(TimeSpan.FromSeconds(21));
        Engine.Faults.DropNext();
        Engine.Emit("start", "dropped");
        Engine.Emit("start", "other");
        var from = _time.GetUtcNow();
        await _time.AdvanceUntilAsync(() => consumer.Words.Contains("start dropped", StringComparer.Ordinal), TimeSpan.FromMilliseconds(250));

        // Busy: ten seconds, two of which an event must be old, and one more for it to come after all.
        Assert.InRange(_time.GetUtcNow() - from, TimeSpan.Zero, TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task Dropped_event_that_is_none_of_ours_replaces_the_stream_without_a_force_reload()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Faults.DropNext();
        Engine.Emit("exec_start: sh", "c");
        Engine.Emit("start", "c");
        await consumer.WaitForAsync("start c");
        await _time.AdvanceUntilAsync(() => Engine.Requests.Count(r => r.IsEventStream) == 2);
        await SettleAsync(consumer);

        Assert.Equal(["start c"], WordsOf(consumer));
    }

    [Fact]
    public async Task Stream_that_has_fallen_silent_is_replaced_and_what_it_lacks_delivered()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Faults.Stall();
        Engine.Emit("start", "a");
        Engine.Emit("die", "a");
        Engine.Emit("start", "b");
        await _time.AdvanceUntilAsync(() => consumer.Words.Contains("start b", StringComparer.Ordinal));
        Engine.Faults.Unstall();
        await Engine.WaitForStreamsAsync(1);
        await SettleAsync(consumer);

        Assert.Equal(["start a", "die a", "start b"], WordsOf(consumer));
        Assert.Empty(consumer.Reloads);
    }

    [Fact]
    public async Task Half_open_connection_of_a_quiet_engine_is_found_when_something_happens()
    {
        var consumer = await WatchAuditedAsync();
        await _time.PassAsync(TimeSpan.FromMinutes(5));
        Engine.Faults.Swallow = true;
        Engine.Emit("start", "a");
        await SwallowedAsync();
        Engine.Faults.Swallow = false;
        await _time.AdvanceUntilAsync(() => consumer.Words.Contains("start a", StringComparer.Ordinal));
        await SettleAsync(consumer);

        Assert.Equal(["start a"], WordsOf(consumer));
        Assert.Equal(2, Engine.Requests.Count(r => r.IsEventStream));
    }

    [Fact]
    public async Task Window_that_the_memory_no_longer_covers_is_counted_and_not_acted_on()
    {
        var outcomes = new List<string?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "eventwatcher.docker.audit.run")
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (outcomes)
            {
                outcomes.Add(tags[0].Value as string);
            }
        });
        listener.Start();
        var consumer = await WatchAuditedAsync();
        Engine.Emit("start", "anchor");
        await SettleAsync(consumer);
        Engine.Faults.DropNext();
        Engine.Emit("start", "dropped");
        await _time.PassAsync(TimeSpan.FromSeconds(3));
        Engine.WrapRing();
        await _time.PassAsync(TimeSpan.FromSeconds(40));
        await SettleAsync(consumer);

        lock (outcomes)
        {
            Assert.Contains("uncovered", outcomes);
        }

        Assert.Equal(["start anchor"], WordsOf(consumer));
        Assert.Empty(consumer.Errors);
        Assert.Equal(1, Engine.Requests.Count(r => r.IsEventStream));
    }

    [Fact]
    public async Task While_quiet_the_interval_grows_to_six_times()
    {
        Engine.Emit("start", "anchor");
        var consumer = await WatchAuditedAsync();
        var before = Engine.Requests.Count(r => r.Path == "/_ping");
        var times = new List<TimeSpan>();
        var started = _time.GetUtcNow();
        for (var audits = 1; audits <= 7; audits++)
        {
            await _time.AdvanceUntilAsync(() => Engine.Requests.Count(r => r.Path == "/_ping") == before + audits);
            times.Add(_time.GetUtcNow() - started);
            await Eventually.TrueAsync(() => _time.PendingTimers == 1);
        }

        Assert.Empty(consumer.Errors);
        var gaps = times.Zip(times.Skip(1), (one, next) => Math.Round((next - one).TotalSeconds / 10)).ToList();
        Assert.Equal([2, 4, 6, 6, 6, 6], gaps);
    }

    [Fact]
    public async Task Unreadable_event_is_not_found_missing_once_more()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Emit("start", "a");
        Engine.Faults.CorruptNext();
        Engine.Emit("start", "c");
        Engine.Emit("die", "c");
        await consumer.WaitForAsync("die c");
        await _time.PassAsync(TimeSpan.FromSeconds(60));
        await SettleAsync(consumer);

        Assert.Equal(["start a", "force-reload", "die c"], WordsOf(consumer));
        Assert.Equal(1, Engine.Requests.Count(r => r.IsEventStream));
    }

    [Fact]
    public async Task Gap_that_a_force_reload_made_good_is_not_found_missing_once_more()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Emit("start", "a");
        await SettleAsync(consumer);
        await Engine.StopListeningAsync();
        await Engine.CutStreamsAsync(CutMode.Close);
        Engine.Clock.Step(TimeSpan.FromHours(-1));
        Engine.Emit("start", "gap");
        await _time.PassAsync(TimeSpan.FromSeconds(30));
        Engine.Emit("start", "gap");
        Engine.StartListening();
        await _time.AdvanceUntilAsync(() => consumer.Reloads.Count == 1 && consumer.Stream.State == WatchState.Ready);
        await _time.PassAsync(TimeSpan.FromSeconds(60));
        await SettleAsync(consumer);

        Assert.Single(consumer.Reloads);
        Assert.Equal(1, consumer.Words.Count(w => w == "start a"));
    }

    [Fact]
    public async Task Drop_after_the_clock_was_set_back_is_found_all_the_same()
    {
        var consumer = await WatchAuditedAsync();
        Engine.Emit("start", "a");
        await SettleAsync(consumer);
        await _time.PassAsync(TimeSpan.FromSeconds(15));
        Engine.Clock.Step(TimeSpan.FromHours(-1));
        await _time.PassAsync(TimeSpan.FromSeconds(65));
        Engine.Faults.DropNext();
        Engine.Emit("start", "dropped");
        await _time.AdvanceUntilAsync(() => consumer.Words.Contains("start dropped", StringComparer.Ordinal) || consumer.Reloads.Count > 0);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(300)]
    public async Task Ten_minutes_of_traffic_raise_no_false_alarm(double eventsPerSecond)
    {
        var consumer = await WatchAuditedAsync();
        var random = new Random(1);
        var step = TimeSpan.FromSeconds(1);
        var due = 0.0;
        var sent = 0;
        for (var second = 0; second < 600; second++)
        {
            for (due += eventsPerSecond; due >= 1; due--)
            {
                Engine.Emit("start", $"c{sent++}", Engine.Clock.NextNano() - (random.Next(5) == 0 ? random.NextInt64(56_000_000) : 0));
            }

            await consumer.WaitUntilAsync(() => consumer.Stream.Statistics.Emitted == sent && consumer.Stream.Statistics.Pending == 0, "what was sent");
            _time.Advance(step);
        }

        await SettleAsync(consumer);
        Assert.Equal(Enumerable.Range(0, sent).Select(i => $"start c{i}"), WordsOf(consumer));
        Assert.Empty(consumer.Errors);
        Assert.Equal(1, Engine.Requests.Count(r => r.IsEventStream));
        Assert.InRange(Engine.Requests.Count(r => r.Path == "/_ping"), 5, 70);
    }

    internal override FakeEngineOptions EngineOptions() => new() { TimeProvider = _time };

    private Task SwallowedAsync() => Eventually.TrueAsync(() => Engine.BufferedForSlowest == 0);

    private Task<Consumer> WatchAuditedAsync() => WatchReadyAsync(o => o.AuditInterval = TimeSpan.FromSeconds(10), _time);
}
