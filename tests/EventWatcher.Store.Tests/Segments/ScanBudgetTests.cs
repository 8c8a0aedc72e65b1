namespace EventWatcher.Store.Tests;

public sealed class ScanBudgetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    public async Task GetEvents_on_a_machine_where_everything_takes_too_long_gets_on(int cacheBytes)
    {
        var options = FileStores.Options("crashing");
        options.CacheBytes = cacheBytes;
        await using var store = FileStores.Open(new CrashingDisk(new Random(1)), options, new HurriedTimeProvider());
        await store.AppendAsync(200, padding: 1_000);

        // None of them is at the end and empty.
        Assert.Equal(Enumerable.Range(1, 200).Select(static number => $"{number}"), (await store.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task GetEvents_of_a_filter_that_nothing_matches_moves_on_before_it_is_through()
    {
        var options = FileStores.Options("crashing");
        await using var store = FileStores.Open(new CrashingDisk(new Random(1)), options, new HurriedTimeProvider());
        await store.AppendAsync(200, padding: 1_000);

        var response = await store.GetEventsAsync(new GetEventsRequest { Filter = new EventFilter { ObjectTypes = ["Other"] } });

        Assert.Empty(response.Events);
        Assert.InRange(response.NextIterator.SequenceNumber, 1, 199);
    }

    /// <summary>A second passes with each look at the clock.</summary>
    private sealed class HurriedTimeProvider : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.TicksPerSecond);
    }
}
