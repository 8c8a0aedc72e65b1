namespace EventWatcher.Store.Tests;

public sealed class InspectTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Inspect_of_an_open_store_describes_it()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));
        await store.AppendAsync(100, padding: 1_000);
        await store.StoreCheckpointAsync("watcher", 60);

        var description = await FileEventStore.InspectAsync(_directory.Path);

        Assert.Equal(new SequenceRange(1, 100), description.Readable);
        Assert.Equal(1, description.Horizon);
        Assert.Contains($"{Environment.ProcessId}", description.Holder, StringComparison.Ordinal);
        Assert.Equal(("watcher", 60, 40), description.Checkpoints.Select(static item => (item.Checkpoint.WatcherId, item.Checkpoint.SequenceNumber, item.Lag)).Single());
        Assert.Equal(2, description.Segments.Count);
        Assert.Equal(1, description.Segments[0].Sequences.First);
        Assert.Equal(100, description.Segments[1].Sequences.Last);
        Assert.All(description.Segments, static segment => Assert.InRange(segment.UsedBytes, 1_000, segment.Bytes));
        Assert.Empty(description.Damage);
        Assert.Empty(description.Tails);
    }

    [Fact]
    public async Task Inspect_of_a_damaged_store_names_all_damage_and_goes_on()
    {
        await using (var store = FileEventStore.Open(FileStores.Options(_directory.Path)))
        {
            await store.AppendAsync(200, padding: 1_000);
        }

        var files = Directory.GetFiles(_directory.Path, "*" + Segment.Extension).Order(StringComparer.Ordinal).ToArray();
        foreach (var file in files[..2])
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[10_000] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        var description = await FileEventStore.InspectAsync(_directory.Path);

        Assert.Equal(files[..2], description.Damage.Select(static damage => damage.File));
        Assert.All(description.Segments.Take(2), static segment => Assert.NotNull(segment.Damage));
        Assert.Null(description.Segments[^1].Damage);
        Assert.Equal(200, description.Readable.Last);
        Assert.Null(description.Holder);
    }

    [Fact]
    public async Task Inspect_of_no_store_says_so()
    {
        _ = await Assert.ThrowsAsync<EventStoreException>(() => FileEventStore.InspectAsync(_directory["missing"]));
        _ = await Assert.ThrowsAsync<EventStoreException>(() => FileEventStore.InspectAsync(_directory.Path));
    }

    [Fact]
    public async Task Verify_of_a_whole_store_counts_its_events()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));
        Assert.Equal(new EventStoreVerification(0, 0, 0), await store.VerifyAsync());
        await store.AppendAsync(200, padding: 1_000);

        var verified = await store.VerifyAsync();

        Assert.Equal(200, verified.Events);
        Assert.InRange(verified.Bytes, 200 * 1_000, 200 * 1_200);
        Assert.InRange(verified.Segments, 3, 5);
    }

    [Fact]
    public async Task Read_of_a_damaged_segment_gives_what_is_before_and_then_fails_with_its_place()
    {
        await using (var store = FileEventStore.Open(FileStores.Options(_directory.Path)))
        {
            await store.AppendAsync(200, padding: 1_000);
        }

        var file = Directory.GetFiles(_directory.Path, "*" + Segment.Extension).Order(StringComparer.Ordinal).First();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[10_000] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using var after = FileEventStore.Open(FileStores.Options(_directory.Path));

        var before = await after.GetEventsAsync(new GetEventsRequest());
        var damage = await Assert.ThrowsAsync<EventStoreDamagedException>(async () => await after.GetEventsAsync(new GetEventsRequest { Iterator = before.NextIterator }));

        Assert.Equal(file, damage.File);
        Assert.Equal(before.Events.Count + 1, damage.Sequences.First);
        Assert.InRange(damage.Offset, 9_000, 10_000);
        _ = await Assert.ThrowsAsync<EventStoreDamagedException>(() => after.VerifyAsync());

        // What is in other files can be had.
        Assert.Equal("200", (await after.ReadAllAsync(EventIterator.AtSequenceNumber(190)))[^1].Text());
    }
}
