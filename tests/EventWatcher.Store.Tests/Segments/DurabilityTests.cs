using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class DurabilityTests
{
    private readonly CrashingDisk _disk = new(new Random(1));
    private readonly FakeTimeProvider _time = new();
    private readonly FileEventStoreOptions _options = FileStores.Options("crashing");

    [Theory]
    [InlineData(EventStoreDurability.Periodic)]
    [InlineData(EventStoreDurability.OperatingSystem)]
    public async Task StoreEvent_without_flush_survives_the_process(EventStoreDurability durability)
    {
        _options.Durability = durability;
        var store = FileStores.Open(_disk, _options, _time);
        var before = _disk.Flushes;
        await store.AppendAsync(10);

        // One is that of the zeros ahead.
        Assert.InRange(_disk.Flushes - before, 0, 1);
        await store.KillAsync(_disk);

        await using var after = FileStores.Open(_disk, _options, _time);

        Assert.Equal(10, (await after.ReadAllAsync()).Count);
    }

    [Fact]
    public async Task Periodic_after_the_interval_events_survive_a_power_loss()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var disk = new CrashingDisk(new Random(seed));
            _options.Durability = EventStoreDurability.Periodic;
            _options.FlushInterval = TimeSpan.FromSeconds(1);
            var store = FileStores.Open(disk, _options, _time);
            await store.AppendAsync(5);
            var before = disk.Flushes;
            _time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => disk.Flushes > before);
            await store.AppendAsync(5);
            await store.KillAsync(disk);
            disk.LosePower();

            await using var after = FileStores.Open(disk, _options, _time);

            Assert.InRange((await after.ReadAllAsync()).Count, 5, 10);
        }
    }

    [Fact]
    public async Task Periodic_with_nothing_stored_flushes_nothing()
    {
        _options.Durability = EventStoreDurability.Periodic;
        await using var store = FileStores.Open(_disk, _options, _time);
        await store.AppendAsync(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(async () =>
        {
            // A job of the writer's after that of the timer.
            await store.CollectAsync();
            return _disk.Flushes > 0;
        });
        var before = _disk.Flushes;

        _time.Advance(TimeSpan.FromSeconds(10));
        await store.CloseAsync();

        // One for closing, which says that all is there.
        Assert.InRange(_disk.Flushes - before, 0, 2);
    }

    [Theory]
    [InlineData(EventStoreDurability.Periodic)]
    [InlineData(EventStoreDurability.OperatingSystem)]
    public async Task Close_flushes_what_was_stored(EventStoreDurability durability)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var disk = new CrashingDisk(new Random(seed));
            _options.Durability = durability;
            var store = FileStores.Open(disk, _options, _time);
            await store.AppendAsync(10);
            await store.CloseAsync();
            disk.LosePower();

            await using var after = FileStores.Open(disk, _options, _time);

            Assert.Equal(10, (await after.ReadAllAsync()).Count);
            Assert.Empty(after.Recovery.TailCuts);
        }
    }

    [Fact]
    public async Task Close_when_the_last_flush_fails_says_that_the_outcome_is_unknown()
    {
        _options.Durability = EventStoreDurability.OperatingSystem;
        var store = FileStores.Open(_disk, _options, _time);
        await store.AppendAsync(10);
        _disk.FailFlushAfter(0);

        var failure = await Assert.ThrowsAsync<EventStoreException>(() => store.CloseAsync());

        Assert.True(failure.IsOutcomeUnknown);
    }

    [Fact]
    public async Task Open_after_a_power_loss_clamps_checkpoints_beyond_the_end_and_reports_them()
    {
        var (clamped, logger) = (0, new RecordingLogger<FileEventStore>());
        for (var seed = 0; seed < 30; seed++)
        {
            var disk = new CrashingDisk(new Random(seed));
            _options.Durability = EventStoreDurability.OperatingSystem;
            var store = FileStores.Open(disk, _options, _time);
            await store.AppendAsync(10, padding: 1_000);
            await store.StoreCheckpointAsync("watcher", 10);
            await store.KillAsync(disk);
            disk.LosePower();

            store = FileStores.Open(disk, _options, _time, logger);
            var latest = await store.GetLatestSequenceNumberAsync();
            Assert.Equal(latest, await store.GetCheckpointAsync("watcher"));
            Assert.Equal(latest < 10 ? [("watcher", 10)] : [], store.Recovery.ClampedCheckpoints.Select(static checkpoint => (checkpoint.WatcherId, checkpoint.SequenceNumber)));
            clamped += store.Recovery.ClampedCheckpoints.Count;

            // Durably: what is stored now takes the numbers again, and the watcher must see it.
            await store.AppendAsync(20);
            await store.KillAsync(disk);
            await using var after = FileStores.Open(disk, _options, _time);
            Assert.Equal(latest, await after.GetCheckpointAsync("watcher"));
        }

        Assert.True(clamped > 5, $"{clamped} checkpoints were clamped");
        Assert.Equal(clamped, logger.Lines.Count(static line => line.Message.Contains("the checkpoint of watcher", StringComparison.Ordinal)));
    }
}
