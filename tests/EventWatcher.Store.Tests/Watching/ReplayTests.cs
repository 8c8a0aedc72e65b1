using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store.Tests;

/// <summary>Where watchers begin, go on and begin again.</summary>
public abstract class ReplayTests : StoreWatcherTest
{
    [Fact]
    public async Task Watcher_created_handles_what_is_there_and_what_comes_in_order()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync();
        Assert.Equal(StoreWatcherState.Running, watcher.State);
        Assert.Equal(Id, watcher.Id);
        await WaitForAsync(watcher, 3);
        await AppendAsync(2);
        await WaitForAsync(watcher, 5);

        Assert.Equal([1, 2, 3, 4, 5], Recorder.Calls);
        var statistics = watcher.Statistics;
        Assert.Equal(5, statistics.LastProcessedSequenceNumber);
        Assert.Equal(Time.GetUtcNow(), statistics.LastProcessedEventTime);
        Assert.Equal(Time.GetUtcNow(), statistics.LastListenTime);
        Assert.Equal(5, statistics.Handled);
        Assert.Equal(0, statistics.Lag);
        Assert.Null(statistics.LastError);
        Assert.Null(statistics.Checkpoint);
        await StopAsync(watcher);
        Assert.Equal(StoreWatcherState.Stopped, watcher.State);
        Assert.Null(await Store.GetCheckpointAsync(Id));
    }

    [Theory]
    [InlineData(null, 0, 1)]
    [InlineData(2L, 0, 3)]
    [InlineData(null, 3, 4)]
    [InlineData(2L, 4, 3)]
    [InlineData(4L, 2, 5)]
    [InlineData(3L, 3, 4)]
    [InlineData(0L, 3, 1)]
    public async Task Checkpoint_wins_over_the_initial_iterator(long? checkpoint, long after, long first)
    {
        await AppendAsync(5);
        if (checkpoint is { } number)
        {
            await Store.StoreCheckpointAsync(Id, number);
        }

        var watcher = await CreateAsync(options => options.InitialIterator = After(after));
        await WaitForNextAsync(watcher, After(5));

        Assert.Equal(Enumerable.Range((int)first, 6 - (int)first).Select(static i => (long)i), Recorder.Calls);
    }

    [Fact]
    public async Task Checkpoint_wins_over_every_kind_of_initial_iterator()
    {
        await AppendAsync(5);
        EventIterator[] iterators =
        [
            EventIterator.TrimHorizon, EventIterator.Latest, EventIterator.AtSequenceNumber(1), After(100), EventIterator.AtTime(DateTimeOffset.MinValue),
        ];
        foreach (var (index, iterator) in iterators.Index())
        {
            await Store.StoreCheckpointAsync($"w{index}", 3);
            var watcher = await CreateAsync(options => options.InitialIterator = iterator, $"w{index}");
            await Recorder.WaitForCallsAsync((index + 1) * 2);
            await StopAsync(watcher);
        }

        Assert.Equal(iterators.SelectMany(static _ => new[] { 4L, 5L }), Recorder.Calls);
    }

    [Fact]
    public async Task Latest_is_after_what_is_the_latest_at_creation()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync(static options => (options.InitialIterator, options.AutoStart) = (EventIterator.Latest, false));
        Assert.Equal(StoreWatcherState.Idle, watcher.State);
        Assert.Equal(After(3), watcher.Statistics.NextIterator);
        await AppendAsync(2);

        await watcher.StartAsync();
        await WaitForAsync(watcher, 5);
        await StopAsync(watcher);
        await AppendAsync(1);
        await watcher.StartAsync();
        await WaitForAsync(watcher, 6);

        Assert.Equal([4, 5, 4, 5, 6], Recorder.Calls);
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 6)]
    public async Task Beyond_the_end_becomes_after_the_latest_with_a_warning(bool at, long number)
    {
        await AppendAsync(5);
        var watcher = await CreateAsync(options => options.InitialIterator = at ? EventIterator.AtSequenceNumber(number) : After(number));

        Assert.Equal(After(5), watcher.Statistics.NextIterator);
        Assert.Contains(Logger.Lines, static line => line.Level == LogLevel.Warning && line.Message.Contains("beyond the latest event 5", StringComparison.Ordinal));
        await AppendAsync(1);
        await WaitForAsync(watcher, 6);
        Assert.Equal([6], Recorder.Calls);
    }

    [Theory]
    [InlineData(true, 6)]
    [InlineData(false, 5)]
    public async Task The_very_end_is_not_beyond_it(bool at, long number)
    {
        await AppendAsync(5);
        var watcher = await CreateAsync(options => options.InitialIterator = at ? EventIterator.AtSequenceNumber(number) : After(number));
        await AppendAsync(1);
        await WaitForAsync(watcher, 6);

        Assert.Equal([6], Recorder.Calls);
        Assert.DoesNotContain(Logger.Lines, static line => line.Level == LogLevel.Warning);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 3)]
    [InlineData(10, 1)]
    public async Task Five_events_take_as_many_fetches_as_the_batch_size_says(int batchSize, int fetches)
    {
        await AppendAsync(5);

        var watcher = await CreateAsync(options => options.BatchSize = batchSize);
        await WaitForAsync(watcher, 5);
        await StopAsync(watcher);

        Assert.Equal(fetches, Store.Fetches.Count);
        Assert.Equal(5, Store.Fetches.Sum());
        Assert.Equal([1, 2, 3, 4, 5], Recorder.Calls);
    }

    [Fact]
    public async Task Filter_the_watcher_moves_past_what_it_holds_back()
    {
        await AppendAsync(2);
        await AppendAsync(1, operation: StoreOperation.Delete);
        await AppendAsync(1);
        await AppendAsync(1, "B");

        var watcher = await CreateAsync(static options => options.Filter = new EventFilter
        {
            ObjectTypes = ["A"],
            Operations = [StoreOperation.Create, StoreOperation.Update],
        });
        await WaitForNextAsync(watcher, After(5));

        Assert.Equal([1, 2, 4], Recorder.Calls);
        Assert.Equal(4, watcher.Statistics.LastProcessedSequenceNumber);
        Assert.Equal(0, watcher.Statistics.Lag);
    }

    [Fact]
    public async Task Restart_replays_from_the_last_checkpoint()
    {
        await AppendAsync(4);
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 4);
        await watcher.CheckpointAsync(2);
        Assert.Equal(2, watcher.Statistics.Checkpoint);
        await StopAsync(watcher);
        Assert.Equal(2, await Store.GetCheckpointAsync(Id));

        await watcher.StartAsync();
        await Recorder.WaitForCallsAsync(6);
        await watcher.DisposeAsync();
        var again = await CreateAsync();
        await Recorder.WaitForCallsAsync(8);

        Assert.NotSame(watcher, again);
        Assert.Equal([1, 2, 3, 4, 3, 4, 3, 4], Recorder.Calls);
    }

    [Fact]
    public async Task Restart_without_checkpoint_replays_from_the_initial_iterator()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync(static options => options.InitialIterator = After(1));
        await WaitForAsync(watcher, 3);
        await StopAsync(watcher);
        await watcher.StartAsync();
        await Recorder.WaitForCallsAsync(4);

        Assert.Equal([2, 3, 2, 3], Recorder.Calls);
    }

    [Fact]
    public async Task Collected_before_they_were_read_is_told_and_never_silent()
    {
        await AppendAsync(5);
        await Store.StoreCheckpointAsync("done", 5);
        Time.Advance(TimeSpan.FromHours(3));
        await AppendAsync(2);
        await CollectAsync();

        var watcher = await CreateAsync(static options => options.InitialIterator = After(1));
        await WaitForAsync(watcher, 7);

        Assert.Equal([6, 7], Recorder.Calls);
        var error = Assert.IsType<HorizonPassedException>(Assert.Single(Recorder.Errors));
        Assert.Equal((Id, new SequenceRange(2, 5)), (error.WatcherId, error.Missing));
        Assert.Equal(4, watcher.Statistics.Missed);
        Assert.Same(error, watcher.Statistics.LastError);
        Assert.Contains(Logger.Lines, static line => line.Level == LogLevel.Error && line.Message.Contains("4 events (2..5)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ephemeral_has_no_checkpoint_and_keeps_nothing_from_being_collected()
    {
        await AppendAsync(3);
        await Store.StoreCheckpointAsync(Id, 2);
        var watcher = await CreateAsync(static options => options.Ephemeral = true);
        await WaitForAsync(watcher, 3);
        Assert.Equal([1, 2, 3], Recorder.Calls);
        await Assert.ThrowsAsync<CheckpointException>(async () => await watcher.CheckpointAsync(3));
        await watcher.SeekAsync(1);
        await Recorder.WaitForCallsAsync(5);
        Assert.Equal(2, await Store.GetCheckpointAsync(Id));
        await Store.DeleteCheckpointAsync(Id);

        Time.Advance(TimeSpan.FromHours(3));
        await CollectAsync();

        Assert.Equal(4, await Store.GetOldestSequenceNumberAsync());
    }

    [Fact]
    public async Task Without_checkpoint_an_idle_watcher_keeps_its_log()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync(static options => options.AutoStart = false);
        Time.Advance(TimeSpan.FromHours(3));

        await CollectAsync();
        Assert.Equal(1, await Store.GetOldestSequenceNumberAsync());

        await watcher.DisposeAsync();
        await CollectAsync();
        Assert.Equal(4, await Store.GetOldestSequenceNumberAsync());
    }

    [Fact]
    public async Task Handler_that_is_slow_is_read_ahead_of_up_to_the_buffer()
    {
        await AppendAsync(100);
        var gate = new SemaphoreSlim(0);
        Recorder.Then = async (_, token) => await gate.WaitAsync(token);
        var watcher = await CreateAsync(static options => (options.BatchSize, options.BufferSize) = (10, 30));

        // The batch in hand, and three in the buffer.
        await Recorder.WaitForCallsAsync(1);
        await Eventually.TrueAsync(() => Store.Fetches.Count == 4);
        gate.Release(20);
        await Recorder.WaitForCallsAsync(21);
        await Eventually.TrueAsync(() => Store.Fetches.Count == 6);
        gate.Release(80);
        await WaitForAsync(watcher, 100);

        Assert.Equal(Enumerable.Range(1, 100).Select(static i => (long)i), Recorder.Calls);
    }

    [Fact]
    public async Task Buffer_is_bounded_in_bytes_too()
    {
        const int Events = 64;
        var megabyte = new byte[1024 * 1024];
        for (var i = 0; i < Events; i++)
        {
            await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "A", megabyte));
        }

        var ahead = 0;
        Recorder.Then = async (item, _) =>
        {
            if (item.SequenceNumber == 1)
            {
                await Eventually.TrueAsync(() => Store.Fetches.Count >= 16);
                for (var turns = 0; turns < 100; turns++)
                {
                    await Task.Yield();
                }

                ahead = Store.Fetches.Count;
            }
        };
        var watcher = await CreateAsync(static options => (options.BatchSize, options.BufferSize) = (1, 1_000));
        await WaitForAsync(watcher, Events);

        Assert.InRange(ahead, 16, 20);
    }
}
