namespace EventWatcher.Store.Tests;

public sealed class LargeFrameTests
{
    [Theory]
    [InlineData(EventStoreDurability.Flush, 0)]
    [InlineData(EventStoreDurability.Flush, 16 * 1024 * 1024)]
    [InlineData(EventStoreDurability.OperatingSystem, 0)]
    public async Task StoreEvents_large_and_small_in_turn_all_are_there(EventStoreDurability durability, int cacheBytes)
    {
        using var directory = new TemporaryDirectory();
        var options = FileStores.Options(directory.Path);
        options.Durability = durability;
        options.CacheBytes = cacheBytes;
        options.SegmentBytes = 4 * 1024 * 1024;
        var random = new Random(5);
        var stored = 0;
        for (var life = 0; life < 3; life++)
        {
            await using var store = FileEventStore.Open(options);
            Assert.Empty(store.Recovery.TailCuts);
            for (var turn = 0; turn < 30; turn++)
            {
                // One large one after another lies on whole pages of the file; the first of them may not.
                var (count, padding) = random.Next(3) == 0 ? (random.Next(1, 5), 10) : (random.Next(200, 1_500), 300);
                await store.StoreEventsAsync([.. Enumerable.Range(stored + 1, count).Select(number => FileStores.Event($"{number}", padding))]);
                stored += count;
                var latest = await store.ReadAllAsync(EventIterator.AtSequenceNumber(stored));
                Assert.Equal([$"{stored}"], latest.Select(FileStores.Text));
            }

            var verified = await store.VerifyAsync();
            Assert.Equal(stored, verified.Events);
        }

        await using var reopened = FileEventStore.Open(options);
        Assert.Equal(Enumerable.Range(1, stored).Select(static number => $"{number}"), (await reopened.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task StoreEvents_large_ones_lie_on_whole_pages_after_the_first()
    {
        var disk = new CrashingDisk(new Random(1));
        var options = FileStores.Options("crashing");
        options.SegmentBytes = 4 * 1024 * 1024;
        await using (var store = FileEventStore.Open(disk.NewProcess(), storeLock: null, options, serializer: null, timeProvider: null, logger: null))
        {
            await store.AppendAsync(3);
            for (var i = 0; i < 3; i++)
            {
                await store.AppendAsync(1, padding: 100_001);
            }
        }

        using var file = disk.SameProcess().Open(Segment.NameOf(1), isWritable: false);
        var frames = new List<(long Offset, int Length)>();
        _ = FrameRecovery.Read(file, "crashing", FileHeader.Read(file, "crashing", FileKind.Events, default), (offset, header, _) => frames.Add((offset, header.Length)));

        Assert.All(frames[3..6], frame => Assert.Equal(0, (frame.Offset + frame.Length) % FrameBuffer.Page));
        Assert.All(frames[4..6], frame => Assert.Equal(0, frame.Offset % FrameBuffer.Page));
    }

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
