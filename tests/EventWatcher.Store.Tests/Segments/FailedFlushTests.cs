using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class FailedFlushTests
{
    private readonly CrashingDisk _disk = new(new Random(1));

    [Fact]
    public async Task StoreEvent_when_the_flush_fails_says_that_the_outcome_is_unknown_and_refuses_the_next()
    {
        await using var store = FileStores.Open(_disk);
        await store.AppendAsync(2);
        _disk.FailFlushAfter(0);

        var unknown = await Assert.ThrowsAsync<EventStoreException>(async () => await store.StoreEventAsync(FileStores.Event("3")));
        var flushes = _disk.Flushes;
        var refused = await Assert.ThrowsAsync<EventStoreException>(async () => await store.StoreEventAsync(FileStores.Event("4")));

        Assert.True(unknown.IsOutcomeUnknown);
        Assert.False(refused.IsOutcomeUnknown);
        Assert.Contains("open it again", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], (await store.ReadAllAsync()).Select(FileStores.Text));
        Assert.Equal(2, await store.GetLatestSequenceNumberAsync());

        // Nobody asks again, not even closing.
        await store.CloseAsync();
        Assert.Equal(flushes, _disk.Flushes);
    }

    [Fact]
    public async Task StoreEvent_those_that_waited_behind_a_failed_flush_are_refused()
    {
        await using var store = FileStores.Open(_disk);
        await store.AppendAsync(1);
        _disk.FailFlushAfter(0);
        var calls = Enumerable.Range(0, 50).Select(number => store.StoreEventAsync(FileStores.Event($"{number}")).AsTask()).ToArray();

        await Eventually.EndsAsync(Task.WhenAll(calls));

        Assert.All(calls, call => Assert.IsType<EventStoreException>(call.Exception?.InnerException));
    }

    [Fact]
    public async Task Open_after_a_failed_flush_what_it_shows_survives_a_power_loss()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = new CrashingDisk(new Random(seed));
            var store = FileStores.Open(disk);
            await store.AppendAsync(1);
            disk.FailFlushAfter(0);
            await Assert.ThrowsAsync<EventStoreException>(async () => await store.StoreEventAsync(FileStores.Event("2")));
            await store.KillAsync(disk);

            // The system's cache shows the event, which the disk may never have got.
            store = FileStores.Open(disk);
            Assert.Equal(["1", "2"], (await store.ReadAllAsync()).Select(FileStores.Text));
            await store.KillAsync(disk);
            disk.LosePower();

            await using var after = FileStores.Open(disk);
            Assert.Equal(["1", "2"], (await after.ReadAllAsync()).Select(FileStores.Text));
        }
    }

    [Fact]
    public async Task StoreCheckpoint_when_the_flush_fails_is_refused_and_so_is_the_next()
    {
        await using var store = FileStores.Open(_disk);
        await store.AppendAsync(2);
        await store.StoreCheckpointAsync("watcher", 1);
        _disk.FailFlushAfter(0);

        await Assert.ThrowsAsync<CheckpointException>(async () => await store.StoreCheckpointAsync("watcher", 2));
        await Assert.ThrowsAsync<CheckpointException>(async () => await store.StoreCheckpointAsync("watcher", 2));

        Assert.Equal(1, await store.GetCheckpointAsync("watcher"));
    }
}
