using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Watcher_is_measured_and_traced()
    {
        // An id of its own: other tests' watchers are heard too.
        var id = $"measured-{Guid.NewGuid():N}";
        var measured = new ConcurrentQueue<(string Name, double Value, string? Outcome)>();
        var traced = new ConcurrentQueue<Activity>();
        using var meters = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "EventWatcher.Store")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "EventWatcher.Store",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("eventwatcher.watcher") as string == id)
                {
                    traced.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(activities);

        await using var store = new InMemoryEventStore();
        await using var manager = new StoreWatcherManager(store);
        await store.StoreEventsAsync([Bare(), Bare(), Bare()]);
        var watcher = await manager.CreateAsync(
            id,
            static (item, _) => item.SequenceNumber == 2 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask,
            new StoreWatcherOptions { RetryStrategy = RetryStrategy.Skip, MaxAttempts = 1, AutoCheckpoint = { OnStop = true } });
        await Eventually.TrueAsync(() => watcher.Statistics.LastProcessedSequenceNumber == 3);
        meters.RecordObservableInstruments();
        await Eventually.CompletesAsync(watcher.StopAsync());

        Assert.Equal(["ok", "failed", "ok"], measured.Where(static item => item.Name == "eventwatcher.store.handle.duration").Select(static item => item.Outcome));
        Assert.Single(measured, static item => item.Name == "eventwatcher.store.event.skip");
        Assert.Single(measured, static item => item.Name == "eventwatcher.store.checkpoint.store");
        Assert.Equal(0, Assert.Single(measured, static item => item.Name == "eventwatcher.store.watcher.lag").Value);
        Assert.Equal([1L, 2L, 3L], traced.Select(static activity => activity.GetTagItem("eventwatcher.sequence")));
        Assert.Equal(
            [ActivityStatusCode.Unset, ActivityStatusCode.Error, ActivityStatusCode.Unset], traced.Select(static activity => activity.Status));

        // A watcher that has stopped leaves nothing behind.
        measured.Clear();
        meters.RecordObservableInstruments();
        Assert.Empty(measured);

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? outcome = null;
            var isMine = false;
            foreach (var (key, tag) in tags)
            {
                isMine |= key == "eventwatcher.watcher" && tag as string == id;
                outcome = key == "eventwatcher.outcome" ? tag as string : outcome;
            }

            if (isMine)
            {
                measured.Enqueue((instrument.Name, value, outcome));
            }
        }
    }

    private static NewEvent Bare() => NewEvent.FromPayload(StoreOperation.Create, "x", default);
}
