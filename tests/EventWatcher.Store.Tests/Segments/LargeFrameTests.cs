namespace EventWatcher.Store.Tests;

public sealed class LargeFrameTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(0, 16 * 1024 * 1024)]
    public async Task GetEvents_few_at_a_time_does_not_read_the_whole_frame_each_time(int others, int cacheBytes)
    {
        const int Events = 20_000;
        var disk = new CrashingDisk(new Random(1));
        var options = FileStores.Options("crashing");
        options.CacheBytes = cacheBytes;
        await using var store = FileStores.Open(disk, options);
        await store.AppendAsync(others);
        var batch = Enumerable.Range(others + 1, Events).Select(static number => FileStores.Event($"{number}", padding: 300)).ToArray();
        await store.StoreEventsAsync(batch);
        await store.AppendAsync(10);

        var before = disk.BytesRead;
        var seen = 0;
        for (var iterator = EventIterator.TrimHorizon; seen < others + Events + 10;)
        {
            var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, Limit = 100 });
            Assert.Equal(Enumerable.Range(seen + 1, response.Events.Count), response.Events.Select(static item => (int)item.SequenceNumber));
            Assert.All(response.Events, item => Assert.Equal($"{item.SequenceNumber}", item.Text()));
            seen += response.Events.Count;
            iterator = response.NextIterator;
        }

        // Once to check it, once to take a hundred after another out of it, and some more for windows that overlap.
        var length = disk.Files.Values.Sum(static file => (long)file.Length);
        Assert.InRange(disk.BytesRead - before, 0, 10 * length);
    }
}
