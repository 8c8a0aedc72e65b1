using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store.Tests;

public sealed class FileCollectionTests : IAsyncLifetime
{
    private readonly CrashingDisk _disk = new(new Random(1));
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger<FileEventStore> _logger = new();
    private readonly FileEventStoreOptions _options = FileStores.Options("crashing");
    private FileEventStore? _store;

    private FileEventStore Store => _store ??= FileStores.Open(_disk, _options, _time, _logger);

    private long LogBytes => _disk.Files.Where(static file => Segment.TryParseName(file.Key, out _)).Sum(static file => (long)file.Value.Length);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Store.DisposeAsync();

    [Fact]
    public async Task Collect_with_checkpoints_3_and_6_and_old_events_1_to_5_removes_exactly_1_to_3()
    {
        await Store.AppendAsync(5);
        _time.Advance(TimeSpan.FromHours(25));
        await Store.AppendAsync(3);
        await Store.StoreCheckpointAsync("one", 3);
        await Store.StoreCheckpointAsync("two", 6);

        var result = await Store.CollectAsync();

        Assert.Equal(new SequenceRange(1, 3), result.Collected);
        Assert.Equal(["4", "5", "6", "7", "8"], (await Store.ReadAllAsync()).Select(FileStores.Text));
        Assert.Empty(result.Passed);
    }

    [Fact]
    public async Task Collect_with_all_seen_takes_what_is_old_and_no_more()
    {
        await Store.AppendAsync(5);
        _time.Advance(TimeSpan.FromHours(25));
        await Store.AppendAsync(1);

        Assert.Equal(new SequenceRange(1, 5), (await Store.CollectAsync()).Collected);
        Assert.Equal(0, (await Store.CollectAsync()).Collected.Count);
    }

    [Fact]
    public async Task Collect_while_a_watcher_without_checkpoint_runs_takes_nothing()
    {
        await Store.AppendAsync(5);
        _time.Advance(TimeSpan.FromHours(25));
        await Store.StoreCheckpointAsync("other", 5);
        var ephemeral = await Store.RegisterWatcherAsync("ephemeral", isEphemeral: true);
        var registration = await Store.RegisterWatcherAsync("lasting", isEphemeral: false);

        Assert.Equal(0, (await Store.CollectAsync()).Collected.Count);
        await registration.DisposeAsync();
        Assert.Equal(5, (await Store.CollectAsync()).Collected.Count);
        await ephemeral.DisposeAsync();
    }

    [Fact]
    public async Task Collect_gives_disk_space_back()
    {
        await Store.AppendAsync(1_000, padding: 1_000);
        _time.Advance(TimeSpan.FromHours(25));
        var before = LogBytes;

        var result = await Store.CollectAsync();

        Assert.Equal(1_000, result.Collected.Count);
        Assert.True(LogBytes < before / 10, $"{LogBytes} of {before} bytes are left");
        Assert.InRange(result.BytesFreed, 1_000_000, before);
    }

    [Fact]
    public async Task Collect_everything_and_crash_the_numbers_go_on()
    {
        await Store.AppendAsync(5);
        _time.Advance(TimeSpan.FromHours(25));
        await Store.CollectAsync();
        await Store.KillAsync(_disk);
        _disk.LosePower();
        _store = null;

        Assert.Equal(6, await Store.GetOldestSequenceNumberAsync());
        await Store.AppendAsync(1);
        Assert.Equal(["6"], (await Store.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task Collect_beyond_MaxAge_passes_a_dead_watcher_and_reports_it()
    {
        _options.MaxAge = TimeSpan.FromDays(2);
        await Store.AppendAsync(5);
        await Store.StoreCheckpointAsync("dead", 2);
        await Store.StoreCheckpointAsync("alive", 5);
        _time.Advance(TimeSpan.FromDays(3));
        await Store.AppendAsync(1);

        var result = await Store.CollectAsync();

        Assert.Equal(new SequenceRange(1, 5), result.Collected);
        Assert.Equal([new PassedCheckpoint("dead", 2, "MaxAge")], result.Passed);
        Assert.Contains(_logger.Lines, static line => line.Level == LogLevel.Warning && line.Message.Contains("MaxAge", StringComparison.Ordinal) && line.Message.Contains("dead", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Collect_beyond_MaxBytes_keeps_the_latest_segments_and_reports_who_has_not_seen_the_others()
    {
        _options.MaxBytes = 3 * FileStores.SmallSegment;
        await Store.AppendAsync(1_000, padding: 1_000);
        await Store.StoreCheckpointAsync("dead", 0);

        var result = await Store.CollectAsync();

        Assert.True(LogBytes <= _options.MaxBytes, $"{LogBytes} bytes are left");
        Assert.True(LogBytes > FileStores.SmallSegment, $"{LogBytes} bytes are left");
        Assert.Equal([new PassedCheckpoint("dead", 0, "MaxBytes")], result.Passed);
        var read = await Store.GetEventsAsync(new GetEventsRequest { Iterator = EventIterator.AfterSequenceNumber(0) });
        Assert.Equal(result.Collected, read.HorizonPassed?.Missing);
        Assert.Equal("1000", (await Store.ReadAllAsync())[^1].Text());
    }

    [Fact]
    public async Task Collect_by_the_clock_happens_every_interval()
    {
        _options.CollectionInterval = TimeSpan.FromMinutes(10);
        _options.CollectionAge = TimeSpan.FromMinutes(5);
        await Store.AppendAsync(5);
        _time.Advance(TimeSpan.FromMinutes(11));

        await Eventually.TrueAsync(async () => await Store.GetOldestSequenceNumberAsync() == 6);
    }

    [Fact]
    public async Task Collect_while_events_are_read_and_stored_nothing_else_is_lost()
    {
        _options.CacheBytes = 0;
        _options.CollectionAge = TimeSpan.FromSeconds(1);
        var stored = 0L;
        var reading = Task.Run(async () =>
        {
            var (next, iterator) = (1L, EventIterator.TrimHorizon);
            while (next <= 2_000)
            {
                var response = await Store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, Limit = 7 });
                next += response.HorizonPassed?.Count ?? 0;
                foreach (var item in response.Events)
                {
                    next = iterator.Kind == EventIteratorKind.TrimHorizon && next == 1 ? item.SequenceNumber : next;
                    Assert.Equal(next++, item.SequenceNumber);
                    Assert.Equal($"{item.SequenceNumber}", item.Text());
                }

                iterator = response.NextIterator;
            }
        });
        for (; stored < 2_000; stored++)
        {
            await Store.AppendAsync(1, padding: 500);
            if (stored % 10 == 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Store.CollectAsync();
            }
        }

        await Eventually.CompletesAsync(reading);
    }
}
