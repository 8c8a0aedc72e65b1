using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

// Checkpoints, registrations, and collection by both.
public abstract partial class EventStoreConformanceTests
{
    /// <summary>A checkpoint that was never set is null; one that was set is what it was set to, forwards and backwards.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Checkpoints_are_what_they_were_set_to()
    {
        await AppendAsync(5).ConfigureAwait(false);
        Assert.Null(await Store.GetCheckpointAsync("nobody").ConfigureAwait(false));

        await Store.StoreCheckpointAsync("b", 5).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("a", 0).ConfigureAwait(false);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.StoreCheckpointAsync("B", 3).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("b", 2).ConfigureAwait(false);

        Assert.Equal(2, await Store.GetCheckpointAsync("b").ConfigureAwait(false));
        Assert.Equal(0, await Store.GetCheckpointAsync("a").ConfigureAwait(false));
        var now = Time.GetUtcNow();
        Assert.Equal(
            [new Checkpoint("B", 3, now), new Checkpoint("a", 0, now - TimeSpan.FromMinutes(1)), new Checkpoint("b", 2, now)],
            await Store.ListCheckpointsAsync().ConfigureAwait(false));
    }

    /// <summary>A checkpoint can be forgotten, once.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Checkpoints_can_be_deleted()
    {
        await AppendAsync(1).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher", 1).ConfigureAwait(false);

        Assert.True(await Store.DeleteCheckpointAsync("watcher").ConfigureAwait(false));
        Assert.False(await Store.DeleteCheckpointAsync("watcher").ConfigureAwait(false));
        Assert.Null(await Store.GetCheckpointAsync("watcher").ConfigureAwait(false));
        Assert.Empty(await Store.ListCheckpointsAsync().ConfigureAwait(false));
    }

    /// <summary>A checkpoint beyond the end, or before the beginning, is refused, and the one before it stays.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Checkpoints_beyond_the_end_are_refused()
    {
        await AppendAsync(5).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher", 5).ConfigureAwait(false);

        foreach (var number in new[] { 6, long.MaxValue, -1 })
        {
            var exception = await Assert.ThrowsAsync<CheckpointException>(() => Store.StoreCheckpointAsync("watcher", number).AsTask()).ConfigureAwait(false);
            Assert.Equal("watcher", exception.WatcherId);
            Assert.Equal(number, exception.SequenceNumber);
        }

        Assert.Equal(5, await Store.GetCheckpointAsync("watcher").ConfigureAwait(false));
    }

    /// <summary>What is no watcher's id is refused; the longest that is one is kept whole.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Checkpoints_of_what_is_no_id_are_refused()
    {
        foreach (var id in new[] { "", " ", new string('x', 256), "line\nbreak", null! })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.StoreCheckpointAsync(id, 0).ConfigureAwait(false)).ConfigureAwait(false);
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetCheckpointAsync(id).ConfigureAwait(false)).ConfigureAwait(false);
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.DeleteCheckpointAsync(id).ConfigureAwait(false)).ConfigureAwait(false);
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.RegisterWatcherAsync(id, isEphemeral: true).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var longest = new string('ü', 255);
        await Store.StoreCheckpointAsync(longest, 0).ConfigureAwait(false);
        Assert.Equal(longest, Assert.Single(await Store.ListCheckpointsAsync().ConfigureAwait(false)).WatcherId);
    }

    /// <summary>Many watchers set their checkpoints at once: each has its own last word.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Checkpoints_of_many_watchers_at_once_are_all_kept()
    {
        await AppendAsync(20).ConfigureAwait(false);

        await Eventually.CompletesAsync(
            Task.WhenAll(Enumerable.Range(0, 20).Select(watcher => Task.Run(async () =>
            {
                for (var i = 0; i <= watcher; i++)
                {
                    await Store.StoreCheckpointAsync($"watcher {watcher}", i).ConfigureAwait(false);
                }
            }))),
            Deadline).ConfigureAwait(false);

        var checkpoints = await Store.ListCheckpointsAsync().ConfigureAwait(false);
        Assert.Equal(20, checkpoints.Count);
        Assert.All(checkpoints, static checkpoint => Assert.Equal($"watcher {checkpoint.SequenceNumber}", checkpoint.WatcherId));
    }

    /// <summary>A watcher is registered once at a time.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task RegisterWatcher_a_second_of_the_same_id_is_refused()
    {
        var first = await Store.RegisterWatcherAsync("watcher", isEphemeral: false).ConfigureAwait(false);
        Assert.Equal("watcher", first.WatcherId);
        Assert.False(first.Lost.IsCancellationRequested);
        var other = await Store.RegisterWatcherAsync("other", isEphemeral: false).ConfigureAwait(false);
        await using var _ = other.ConfigureAwait(false);

        var exception = await Assert.ThrowsAsync<StoreWatcherException>(() => Store.RegisterWatcherAsync("watcher", isEphemeral: true).AsTask()).ConfigureAwait(false);
        Assert.Equal("watcher", exception.WatcherId);

        await first.DisposeAsync().ConfigureAwait(false);
        var second = await Store.RegisterWatcherAsync("watcher", isEphemeral: false).ConfigureAwait(false);

        // The first one has nothing to give back any more.
        await first.DisposeAsync().ConfigureAwait(false);
        await Assert.ThrowsAsync<StoreWatcherException>(() => Store.RegisterWatcherAsync("watcher", isEphemeral: true).AsTask()).ConfigureAwait(false);
        await second.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Old events go that every checkpoint has passed: with 3 and 6, of five old events the first three.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Collection_takes_what_is_old_and_below_every_checkpoint()
    {
        await AppendAsync(5).ConfigureAwait(false);
        Time.Advance(TimeSpan.FromHours(2));
        await AppendAsync(1).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher1", 3).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher2", 6).ConfigureAwait(false);
        Time.Advance(TimeSpan.FromHours(1));

        await CollectAsync(Store).ConfigureAwait(false);

        var response = await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false);
        Assert.Equal([4, 5, 6], Numbers(response));
        Assert.Null(response.HorizonPassed);
        Assert.Equal(4, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));
        Assert.Equal(6, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));
    }

    /// <summary>Young events stay, whatever the checkpoints are.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Collection_leaves_what_is_young()
    {
        await AppendAsync(3).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher", 3).ConfigureAwait(false);
        Time.Advance(Setup.CollectionAge - TimeSpan.FromSeconds(1));

        await CollectAsync(Store).ConfigureAwait(false);

        Assert.Equal(1, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));
    }

    /// <summary>A watcher without checkpoint keeps everything while it is registered, unless it is ephemeral.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Collection_waits_for_a_registered_watcher_without_checkpoint()
    {
        await AppendAsync(3).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("done", 3).ConfigureAwait(false);
        Time.Advance(TimeSpan.FromHours(3));
        var durable = await Store.RegisterWatcherAsync("durable", isEphemeral: false).ConfigureAwait(false);
        var ephemeral = await Store.RegisterWatcherAsync("ephemeral", isEphemeral: true).ConfigureAwait(false);
        await using var _ = ephemeral.ConfigureAwait(false);

        await CollectAsync(Store).ConfigureAwait(false);
        Assert.Equal(1, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));

        await Store.StoreCheckpointAsync("durable", 2).ConfigureAwait(false);
        await CollectAsync(Store).ConfigureAwait(false);
        Assert.Equal(3, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));

        await Store.DeleteCheckpointAsync("durable").ConfigureAwait(false);
        await durable.DisposeAsync().ConfigureAwait(false);
        await CollectAsync(Store).ConfigureAwait(false);
        Assert.Equal(4, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));
    }

    /// <summary>Reading below the horizon begins there and tells what is missing.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_below_the_horizon_tells_what_is_missing()
    {
        await CollectedAsync(old: 5, young: 2).ConfigureAwait(false);

        var at = await ReadAsync(EventIterator.AtSequenceNumber(2)).ConfigureAwait(false);
        Assert.Equal([6, 7], Numbers(at));
        Assert.Equal(new HorizonPassed(new SequenceRange(2, 5)), at.HorizonPassed);
        Assert.Equal(4, at.HorizonPassed!.Count);
        var after = await ReadAsync(EventIterator.AfterSequenceNumber(4), limit: 1).ConfigureAwait(false);
        Assert.Equal([6], Numbers(after));
        Assert.Equal(new HorizonPassed(new SequenceRange(5, 5)), after.HorizonPassed);
        Assert.Null((await ReadAsync(EventIterator.AfterSequenceNumber(5)).ConfigureAwait(false)).HorizonPassed);
        await AssertReadsAsync(EventIterator.AtTime(DateTimeOffset.MinValue), [6, 7]).ConfigureAwait(false);
    }

    /// <summary>Where everything was collected the numbers go on, and the gap is told of at once.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Collection_of_everything_numbers_go_on()
    {
        await CollectedAsync(old: 5, young: 0).ConfigureAwait(false);
        Assert.Equal(6, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));
        Assert.Equal(5, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));

        var gap = await Store.GetEventsAsync(new GetEventsRequest { Iterator = EventIterator.AfterSequenceNumber(2) }).ConfigureAwait(false);
        Assert.Empty(gap.Events);
        Assert.Equal(new HorizonPassed(new SequenceRange(3, 5)), gap.HorizonPassed);
        Assert.Equal(EventIterator.AfterSequenceNumber(5), gap.NextIterator);
        var horizon = await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false);
        Assert.Equal(EventIterator.AfterSequenceNumber(5), horizon.NextIterator);
        Assert.Null(horizon.HorizonPassed);

        Assert.Equal(6, await Store.StoreEventAsync(Item(6)).ConfigureAwait(false));
        await AssertReadsAsync(horizon.NextIterator, [6]).ConfigureAwait(false);
    }

    /// <summary>Readers that read while the log is collected see contiguous numbers, or are told of the gap.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_while_collection_runs_no_gap_is_silent()
    {
        const int Total = 300;
        var reader = Task.Run(async () =>
        {
            var expected = 1L;
            var iterator = Beginning;
            while (expected <= Total)
            {
                var response = await Store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, Limit = 3, LongPollTimeout = Timeout.InfiniteTimeSpan }).ConfigureAwait(false);
                if (response.HorizonPassed is { } passed)
                {
                    Assert.Equal(expected, passed.Missing.First);
                    expected = passed.Missing.Last + 1;
                }

                foreach (var item in response.Events)
                {
                    Assert.Equal(expected++, item.SequenceNumber);
                }

                Assert.Equal(EventIterator.AfterSequenceNumber(expected - 1), response.NextIterator);
                iterator = response.NextIterator;
            }
        });

        for (var i = 0; i < Total / 10; i++)
        {
            await AppendAsync(10).ConfigureAwait(false);
            Time.Advance(TimeSpan.FromHours(1));
            await CollectAsync(Store).ConfigureAwait(false);
        }

        await Eventually.CompletesAsync(reader, Deadline).ConfigureAwait(false);
        Assert.True(await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false) > 1);
    }

    /// <summary>Appends events of which the first ones are old, and has those collected.</summary>
    private protected async Task CollectedAsync(int old, int young)
    {
        await AppendAsync(old).ConfigureAwait(false);
        Time.Advance(TimeSpan.FromHours(3));
        await AppendAsync(young).ConfigureAwait(false);
        await CollectAsync(Store).ConfigureAwait(false);
    }
}
