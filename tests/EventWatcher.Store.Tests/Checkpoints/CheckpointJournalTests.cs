using System.Globalization;

namespace EventWatcher.Store.Tests;

public sealed class CheckpointJournalTests
{
    private readonly CrashingDisk _disk = new(new Random(1));

    [Fact]
    public async Task StoreCheckpoint_very_often_keeps_the_journal_small_and_the_last_of_each()
    {
        var store = FileStores.Open(_disk);
        await store.AppendAsync(100);
        for (var i = 0; i < 8_000; i++)
        {
            await store.StoreCheckpointAsync($"watcher {i % 10}", i % 100);
        }

        Assert.True(_disk.Files[CheckpointJournal.FileName].Length < 600_000, $"the journal takes {_disk.Files[CheckpointJournal.FileName].Length} bytes");
        await store.KillAsync(_disk);
        _disk.LosePower();
        await using var after = FileStores.Open(_disk);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(static i => ($"watcher {i}", (long)(90 + i))),
            (await after.ListCheckpointsAsync()).Select(static checkpoint => (checkpoint.WatcherId, checkpoint.SequenceNumber)));
    }

    [Fact]
    public async Task StoreCheckpoint_by_many_at_once_shares_flushes()
    {
        await using var store = FileStores.Open(_disk);
        await store.AppendAsync(100);
        var before = _disk.Flushes;
        _disk.BeginFlushing = () => _disk.HeldUp.Wait();

        var calls = Enumerable.Range(0, 100).Select(number => store.StoreCheckpointAsync(number.ToString(CultureInfo.InvariantCulture), number).AsTask()).ToArray();
        _disk.HeldUp.Set();
        await Task.WhenAll(calls);

        Assert.InRange(_disk.Flushes - before, 1, 10);
        Assert.Equal(100, (await store.ListCheckpointsAsync()).Count);
    }

    [Fact]
    public async Task StoreCheckpoint_with_a_long_id_of_any_letters_is_there_again()
    {
        var id = string.Concat(Enumerable.Repeat("日本語😀", 40));
        var store = FileStores.Open(_disk);
        await store.AppendAsync(1);
        await store.StoreCheckpointAsync(id, 1);
        await store.KillAsync(_disk);

        await using var after = FileStores.Open(_disk);

        Assert.Equal(1, await after.GetCheckpointAsync(id));
    }
}
