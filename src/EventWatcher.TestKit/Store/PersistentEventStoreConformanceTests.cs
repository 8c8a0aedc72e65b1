using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that an event store that outlives the process keeps what <see cref="IEventStore"/> promises. Inherit it, and run it as any test class.</summary>
/// <remarks><see cref="EventStoreConformanceTests.OpenAsync"/> opens the same store each time it is called in one test.</remarks>
public abstract class PersistentEventStoreConformanceTests : EventStoreConformanceTests
{
    /// <summary>Events, checkpoints and numbering are there again.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Reopened_everything_is_there()
    {
        await AppendAsync(3).ConfigureAwait(false);
        await Store.StoreEventsAsync([Item(4, OtherType, StoreOperation.Update), NewEvent.FromPayload(StoreOperation.Delete, "Bytes", new byte[] { 1, 2 })]).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("gone", 1).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher", 4).ConfigureAwait(false);
        await Store.StoreCheckpointAsync("watcher", 2).ConfigureAwait(false);
        await Store.DeleteCheckpointAsync("gone").ConfigureAwait(false);
        var before = (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events;
        var checkpoints = await Store.ListCheckpointsAsync().ConfigureAwait(false);

        await ReopenAsync().ConfigureAwait(false);

        var after = (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events;
        Assert.Equal(before.Select(Describe), after.Select(Describe), StringComparer.Ordinal);
        Assert.Equal(5, after.Count);
        Assert.Equal(checkpoints, await Store.ListCheckpointsAsync().ConfigureAwait(false));
        Assert.Equal(2, await Store.GetCheckpointAsync("watcher").ConfigureAwait(false));
        Assert.Equal(6, await Store.StoreEventAsync(Item(6)).ConfigureAwait(false));
    }

    /// <summary>What was collected stays so, and everything collected does not restart the numbering.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Reopened_after_everything_was_collected_numbers_go_on()
    {
        await CollectedAsync(old: 5, young: 0).ConfigureAwait(false);

        await ReopenAsync().ConfigureAwait(false);

        Assert.Equal(6, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));
        Assert.Equal(5, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));
        Assert.Equal(6, await Store.StoreEventAsync(Item(6)).ConfigureAwait(false));
        var response = await ReadAsync(EventIterator.AfterSequenceNumber(0)).ConfigureAwait(false);
        Assert.Equal(new HorizonPassed(new SequenceRange(1, 5)), response.HorizonPassed);
        Assert.Equal([6], Numbers(response));
    }

    /// <summary>Timestamps don't go back over a restart either.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Reopened_with_the_clock_put_back_timestamps_are_not()
    {
        var start = Time.GetUtcNow();
        await AppendAsync(1).ConfigureAwait(false);
        await ReopenAsync().ConfigureAwait(false);
        Time.AdjustUtcNow(start - TimeSpan.FromHours(1));

        await AppendAsync(1).ConfigureAwait(false);

        Assert.Equal([start, start], (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events.Select(static item => item.Timestamp));
    }

    /// <summary>Registrations die with the process that held them.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Reopened_registrations_are_free()
    {
        await Store.RegisterWatcherAsync("watcher", isEphemeral: false).ConfigureAwait(false);

        await ReopenAsync().ConfigureAwait(false);

        var registration = await Store.RegisterWatcherAsync("watcher", isEphemeral: false).ConfigureAwait(false);
        await registration.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Opened and closed many times, with events in between: nothing is lost, nothing is there twice.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Reopened_many_times_numbers_stay_contiguous()
    {
        for (var i = 0; i < 10; i++)
        {
            await AppendAsync(3).ConfigureAwait(false);
            await ReopenAsync().ConfigureAwait(false);
        }

        var response = await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false);
        Assert.Equal(Range(1, 30), Numbers(response));
        Assert.Equal(Range(1, 30), response.Events.Select(static item => (long)item.GetObject<StoreItem>().Number));
    }

    private static string Describe(StoredEvent item) => $"{item} {item.Timestamp:O} {Convert.ToHexString(item.Payload.Span)}";
}
