using System.Collections.Concurrent;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class BridgingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryEventStore _memory;
    private readonly ScriptedStore _store;

    public BridgingTests()
    {
        _memory = new InMemoryEventStore(
            new JsonEventSerializer().RegisterWatcherEvents(EventType.Docker, EventType.File),
            new InMemoryEventStoreOptions { CollectionInterval = Timeout.InfiniteTimeSpan },
            _time);
        _store = new ScriptedStore(_memory);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [InlineData(EventAction.ContainerCreate, "Create")]
    [InlineData(EventAction.FileCreated, "Create")]
    [InlineData(EventAction.ContainerDestroy, "Delete")]
    [InlineData(EventAction.FileDeleted, "Delete")]
    [InlineData(EventAction.ContainerStart, "Update")]
    [InlineData(EventAction.ContainerDie, "Update")]
    [InlineData(EventAction.FileWritten, "Update")]
    [InlineData(EventAction.FileRenamed, "Update")]
    [InlineData(EventAction.ForceReload, "Update")]
    [InlineData(EventAction.FileCreated | EventAction.FileDeleted, "Update")]
    public void ToNewEvent_says_what_was_done(EventAction action, string operation) =>
        Assert.Equal(operation, new EventBuilder().WithAction(action).Build().ToNewEvent().Operation.Value);

    [Fact]
    public async Task Sink_events_come_back_as_they_were_with_their_position()
    {
        await using var sink = new EventStoreSink(_store);
        Event[] events =
        [
            TestEvents.Container(EventAction.ContainerStart, "nginx") with { Position = 77 },
            TestEvents.File(EventAction.FileDeleted, "/etc/app.yaml"),
            Event.ForceReload(EventType.Docker, "engine", "the engine was away", dropped: 4, _time.GetUtcNow()),
        ];
        foreach (var item in events)
        {
            await sink.WriteAsync(item);
        }

        await sink.WriteBatchAsync(events);

        var stored = (await _store.GetEventsAsync(new GetEventsRequest())).Events;
        Assert.Equal(["docker", "file", "docker", "docker", "file", "docker"], stored.Select(static item => item.ObjectType));
        Assert.Equal(
            events.Concat(events).Select(static (item, index) => item with { Position = index + 1 }),
            stored.Select(static item => item.ToEvent()));
        Assert.Equal(events[1], stored[1].GetObject<Event>());
    }

    [Fact]
    public async Task Sink_on_a_closed_store_is_closed_and_an_owned_store_is_closed_with_it()
    {
        await using (var sink = new EventStoreSink(_memory, ownsStore: true))
        {
            await sink.WriteAsync(TestEvents.Numbered(1));
        }

        await Assert.ThrowsAsync<EventStoreClosedException>(async () => await _memory.GetLatestSequenceNumberAsync());
        await using var other = new EventStoreSink(_memory);
        await Assert.ThrowsAsync<SinkClosedException>(async () => await other.WriteAsync(TestEvents.Numbered(1)));
        await Assert.ThrowsAsync<SinkClosedException>(async () => await other.WriteBatchAsync([TestEvents.Numbered(1)]));
    }

    [Fact]
    public async Task Queue_on_a_replay_sets_the_checkpoint_after_a_flush_that_succeeded_only()
    {
        await StoreAsync(10);
        var watcher = _store.AsWatcher("w", timeProvider: _time);
        var attempts = new ConcurrentQueue<long?[]>();
        var checkpoints = new ConcurrentQueue<long?>();
        await using var queue = watcher.CreateQueue(
            async (batch, token) =>
            {
                checkpoints.Enqueue(await _store.GetCheckpointAsync("w", token));
                attempts.Enqueue([.. batch.Select(static item => item.Position)]);
                if (attempts.Count <= 2)
                {
                    throw new InvalidOperationException("no");
                }
            },
            configure: static options => (options.MaxBatchSize, options.RetryDelay, options.MaxRetryDelay) = (5, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)));
        queue.Start();

        await Eventually.TrueAsync(async () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            return await _store.GetCheckpointAsync("w") == 10;
        });

        // The first batch three times, then the second.
        Assert.Equal([1, 1, 1, 6], attempts.Select(static batch => batch[0]));
        Assert.Equal([null, null, null, 5], checkpoints);
    }

    [Fact]
    public async Task Queue_that_dies_before_its_flush_is_done_sees_the_events_again()
    {
        await StoreAsync(6);
        var watcher = _store.AsWatcher("w", timeProvider: _time);
        var gate = new TaskCompletionSource();
        var first = new ConcurrentQueue<long?>();
        await using (var queue = watcher.CreateQueue(
            async (batch, token) =>
            {
                foreach (var item in batch)
                {
                    first.Enqueue(item.Position);
                }

                await (first.Count > 3 ? Task.Delay(Timeout.InfiniteTimeSpan, token) : Task.CompletedTask);
            },
            configure: static options => (options.MaxBatchSize, options.StopTimeout) = (3, TimeSpan.Zero)))
        {
            queue.Start();
            await Eventually.TrueAsync(() => first.Count == 6);
        }

        Assert.Equal(3, await _store.GetCheckpointAsync("w"));
        await using var stream = _store.AsWatcher("w", timeProvider: _time).Watch();
        await Eventually.TrueAsync(() => stream.Events.Count == 3);
        Assert.True(stream.Events.TryRead(out var next));
        Assert.Equal(4, next.Position);
    }

    [Fact]
    public async Task Queue_whose_checkpoint_fails_goes_on_and_says_so()
    {
        await StoreAsync(4);
        var failures = 0;
        _store.FailCheckpoint = () => failures++ == 0 ? new EventStoreException("ill") : null;
        var errors = new ConcurrentQueue<Exception>();
        var flushed = new ConcurrentQueue<long?>();
        await using var queue = _store.AsWatcher("w", timeProvider: _time).CreateQueue(
            (batch, _) =>
            {
                foreach (var item in batch)
                {
                    flushed.Enqueue(item.Position);
                }

                return ValueTask.CompletedTask;
            },
            (error, _) =>
            {
                errors.Enqueue(error);
                return ValueTask.CompletedTask;
            },
            static options => options.MaxBatchSize = 2);
        queue.Start();

        await Eventually.TrueAsync(async () => await _store.GetCheckpointAsync("w") == 4);
        Assert.Equal([1, 2, 3, 4], flushed);
        Assert.IsType<EventStoreException>(Assert.Single(errors));
    }

    [Fact]
    public async Task Slow_consumer_is_waited_for_and_loses_nothing()
    {
        await StoreAsync(50);
        await using var stream = _store.AsWatcher("w", new ReplayWatcherOptions { Capacity = 4, BatchSize = 7 }, timeProvider: _time).Watch();
        await Eventually.TrueAsync(() => stream.Events.Count == 4);

        var positions = new List<long?>();
        while (positions.Count < 50)
        {
            Assert.True(await stream.Events.WaitToReadAsync().AsTask().WaitAsync(Eventually.DefaultDeadline));
            while (stream.Events.TryRead(out var item))
            {
                positions.Add(item.Position);
            }
        }

        Assert.Equal(Enumerable.Range(1, 50).Select(static i => (long?)i), positions);
        Assert.Equal(0, stream.Statistics.Dropped);
    }

    [Fact]
    public async Task Missing_and_undecodable_events_are_errors_with_a_force_reload_in_their_place()
    {
        await StoreAsync(3);
        _time.Advance(TimeSpan.FromDays(2));
        await _memory.CollectAsync();
        await _store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "order", "no event"u8.ToArray()));
        await StoreAsync(1);
        await using var stream = _store.AsWatcher("w", new ReplayWatcherOptions { InitialIterator = EventIterator.AfterSequenceNumber(1) }, timeProvider: _time).Watch();

        await Eventually.TrueAsync(() => stream.Events.Count == 3);
        var events = Read(stream);

        Assert.Equal([EventAction.ForceReload, EventAction.ForceReload, EventAction.Custom(0)], events.Select(static item => item.Action));
        Assert.Equal([3, 4, 5], events.Select(static item => item.Position));
        Assert.Equal("2", events[0].ActorAttributes[Event.DroppedAttribute]);
        Assert.True(stream.Errors.TryRead(out var passed) && passed.InnerException is HorizonPassedException { Missing: { First: 2, Last: 3 } });
        Assert.True(stream.Errors.TryRead(out var undecodable) && undecodable.InnerException is EventDeserializationException { SequenceNumber: 4 });
    }

    [Fact]
    public async Task Store_that_fails_interrupts_and_nothing_is_missed_or_comes_twice()
    {
        await StoreAsync(3);
        var failures = 0;
        _store.FailRead = () => failures++ is >= 1 and < 4 ? new EventStoreException("ill") : null;
        await using var stream = _store.AsWatcher(
            "w", new ReplayWatcherOptions { BatchSize = 1, InitialBackoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero }, timeProvider: _time).Watch();

        await Eventually.TrueAsync(() => stream.Events.Count == 3);

        Assert.Equal([1, 2, 3], Read(stream).Select(static item => item.Position));
        Assert.Equal(WatchState.Ready, stream.State);
        Assert.True(stream.Errors.TryRead(out var error) && error.InnerException is EventStoreException);
    }

    [Fact]
    public async Task Store_is_closed_the_subscription_completes()
    {
        await StoreAsync(1);
        await using var stream = _store.AsWatcher("w", timeProvider: _time).Watch();
        await Eventually.CompletesAsync(stream.Ready);

        await _store.CloseAsync();

        await Eventually.CompletesAsync(stream.Completion);
        Assert.Equal(WatchState.Completed, stream.State);
        Assert.Single(Read(stream));
    }

    [Fact]
    public async Task Id_is_held_while_somebody_watches_and_by_all_who_do()
    {
        var watcher = _store.AsWatcher("w", timeProvider: _time);
        var one = watcher.Watch();
        var other = watcher.Watch();
        await Eventually.CompletesAsync(Task.WhenAll(one.Ready, other.Ready));
        await Assert.ThrowsAsync<StoreWatcherException>(async () => await _store.RegisterWatcherAsync("w", isEphemeral: false));

        await one.DisposeAsync();
        await Assert.ThrowsAsync<StoreWatcherException>(async () => await _store.RegisterWatcherAsync("w", isEphemeral: false));
        await other.DisposeAsync();

        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await using var registration = await _store.RegisterWatcherAsync("w", isEphemeral: false);
                return true;
            }
            catch (StoreWatcherException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Checkpoint_of_an_ephemeral_watcher_is_refused_and_its_queue_sets_none()
    {
        await StoreAsync(2);
        var watcher = _store.AsWatcher("w", new ReplayWatcherOptions { Ephemeral = true }, timeProvider: _time);
        await Assert.ThrowsAsync<CheckpointException>(async () => await watcher.CheckpointAsync(1));
        var count = 0;
        await using var queue = watcher.CreateQueue(
            (batch, _) =>
            {
                Interlocked.Add(ref count, batch.Count);
                return ValueTask.CompletedTask;
            },
            configure: static options => options.MaxBatchSize = 2);
        queue.Start();

        await Eventually.TrueAsync(() => queue.Statistics.Flushed == 2);
        Assert.Equal(2, count);
        Assert.Empty(await _store.ListCheckpointsAsync());
    }

    private static List<Event> Read(WatchStream stream)
    {
        var events = new List<Event>();
        while (stream.Events.TryRead(out var item))
        {
            events.Add(item);
        }

        return events;
    }

    private async Task StoreAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await _store.StoreEventAsync(TestEvents.Numbered(i).ToNewEvent());
        }
    }
}
