using System.Diagnostics;
using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Docker.Tests;

[Collection(AloneCollection.Name)]
public sealed class SlowConsumerTests : WatcherTest
{
    private const int EventsPerSecond = 5_000;

    private const int Lead = 512;

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long";

    [Fact]
    public async Task Blocked_consumer_hinders_neither_the_engine_nor_others_and_learns_what_it_missed()
    {
        var events = EventsPerSecond * (IsLong ? 10 : 3);
        var watcher = new DockerWatcher(Options());
        await using var blocked = watcher.Watch();
        var reading = Consume(watcher.Watch());
        await blocked.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        await reading.ReadyAsync();
        await Engine.WaitForStreamsAsync(1);
        using var client = new EngineClient(Engine);
        var undisturbed = await MedianAsync(client, 50);

        var emitting = Task.Run(() => EmitAtPaceAsync(events, reading));
        var busy = await MedianAsync(client, 200);
        await emitting;
        Assert.Equal(0, Engine.DroppedForSlowReaders);
        await reading.WaitUntilAsync(() => reading.Events.Count >= events, $"{events} events");

        Assert.True(Engine.LongestPublishDelay < TimeSpan.FromSeconds(10), $"a publish took {Engine.LongestPublishDelay}");
        Assert.True(busy < (undisturbed * 20) + TimeSpan.FromSeconds(1), $"a call takes {busy} beside the events, and {undisturbed} without");
        Assert.Equal(Enumerable.Range(0, events).Select(i => $"start c{i}"), reading.Words);
        Assert.Empty(reading.Errors);

        var late = Consume(blocked);
        await late.WaitForReloadsAsync(1);
        await SettleAsync(late);
        var reload = Assert.Single(late.Reloads);
        var dropped = int.Parse(reload.ActorAttributes[Event.DroppedAttribute], CultureInfo.InvariantCulture);
        Assert.Equal(events - 10_000, dropped);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"start c{i}").Append("force-reload"), WordsOf(late));
        await late.WaitForErrorsAsync(1);
        Assert.Equal(dropped, Assert.IsType<WatcherOverflowException>(Assert.Single(late.Errors)).Dropped);
    }

    /// <summary>
    /// Emits at the pace, but never further ahead of the reader than half of what the engine keeps for one who is
    /// slow: where the machine stands still for a moment, the burst that makes up for it would be dropped by the engine.
    /// </summary>
    private async Task EmitAtPaceAsync(int events, Consumer reading)
    {
        var started = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < events;)
        {
            var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * EventsPerSecond);
            await Eventually.TrueAsync(() => sent == reading.Stream.Statistics.Emitted && reading.Stream.Statistics.Pending < 5_000);
            var next = Math.Min(Math.Min(due, events), sent + Lead);
            for (; sent < next; sent++)
            {
                Engine.Emit("start", $"c{sent}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private static async Task<TimeSpan> MedianAsync(EngineClient client, int calls)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < calls; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.SendAsync("GET", "/v1.41/containers/json?all=1");
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        times.Sort();
        return times[calls / 2];
    }
}
