namespace EventWatcher.Store.Tests;

public sealed class FullDiskTests
{
    [Fact]
    public Task StoreEvent_on_a_full_disk_fails_and_works_again_when_there_is_room()
    {
        var disk = new CrashingDisk(new Random(1));
        return FillAndGoOnAsync(
            () => FileStores.Open(disk),
            () => disk.Capacity = disk.Files.Values.Sum(static file => (long)file.Length),
            () => disk.Capacity = long.MaxValue);
    }

    [Fact]
    public async Task StoreEvent_on_a_full_file_system_fails_and_works_again_when_there_is_room()
    {
        using var directory = new TemporaryDirectory();
        using var disk = SmallDisk.TryMount(directory["disk"], 4 * 1024 * 1024);
        if (disk is null)
        {
            // Only root can have a file system of its own; else it is the simulated disk again.
            await StoreEvent_on_a_full_disk_fails_and_works_again_when_there_is_room();
            return;
        }

        await FillAndGoOnAsync(() => FileEventStore.Open(FileStores.Options(Path.Combine(disk.Path, "store"))), disk.Fill, disk.MakeRoom);
    }

    [Fact]
    public async Task StoreEvents_too_large_for_what_is_left_fails_and_a_small_one_is_stored()
    {
        var disk = new CrashingDisk(new Random(1));
        await using var store = FileStores.Open(disk);
        await store.AppendAsync(1);
        disk.Capacity = disk.Files.Values.Sum(static file => (long)file.Length) + 20_000;

        var failure = await Assert.ThrowsAsync<EventStoreException>(async () => await store.StoreEventAsync(FileStores.Event("large", 500_000)));
        await store.AppendAsync(1);

        Assert.False(failure.IsOutcomeUnknown);
        Assert.Equal(["1", "2"], (await store.ReadAllAsync()).Select(FileStores.Text));
    }

    private static async Task FillAndGoOnAsync(Func<FileEventStore> open, Action fill, Action makeRoom)
    {
        int stored;
        await using (var store = open())
        {
            await store.AppendAsync(3, padding: 1_000);
            fill();
            (stored, var failure) = await AppendUntilFullAsync(store);

            Assert.False(failure.IsOutcomeUnknown);
            Assert.Contains("room", failure.Message, StringComparison.Ordinal);
            Assert.Equal(stored, (await store.ReadAllAsync()).Count);

            // Nobody was told a number that is not there: they go on where they were.
            makeRoom();
            await store.AppendAsync(100, padding: 1_000);
            await store.StoreCheckpointAsync("watcher", stored + 100);
        }

        await using var after = open();
        Assert.Equal(Enumerable.Range(1, stored + 100).Select(static number => $"{number}"), (await after.ReadAllAsync()).Select(FileStores.Text));
        Assert.Empty(after.Recovery.TailCuts);
        Assert.Equal(stored + 100, await after.GetCheckpointAsync("watcher"));
        _ = await after.VerifyAsync();
    }

    private static async Task<(int Stored, EventStoreException Failure)> AppendUntilFullAsync(FileEventStore store)
    {
        for (var number = (int)await store.GetLatestSequenceNumberAsync() + 1; ; number++)
        {
            Assert.True(number < 100_000, "The disk is never full.");
            try
            {
                Assert.Equal(number, await store.StoreEventAsync(FileStores.Event($"{number}", 1_000)));
            }
            catch (EventStoreException failure)
            {
                return (number - 1, failure);
            }
        }
    }
}
