using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

public sealed class GroupCommitTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly GatedSerializer _serializer = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task StoreEvent_by_many_at_once_shares_flushes()
    {
        var disk = new CrashingDisk(new Random(1));
        await using var store = FileStores.Open(disk);
        var before = disk.Flushes;
        disk.BeginFlushing = () => disk.HeldUp.Wait();

        // The first is held up in its flush; all others join the frame behind it.
        var calls = Enumerable.Range(1, 100).Select(number => store.StoreEventAsync(FileStores.Event($"{number}")).AsTask()).ToArray();
        disk.HeldUp.Set();
        var numbers = await Eventually.CompletesAsync(Task.WhenAll(calls));

        Assert.Equal(Enumerable.Range(1, 100).Select(static number => (long)number), numbers.Order());
        Assert.InRange(disk.Flushes - before, 1, 5);
    }

    [Fact]
    public async Task StoreEvent_readers_see_nothing_before_it_is_flushed()
    {
        var disk = new CrashingDisk(new Random(1));
        await using var store = FileStores.Open(disk);
        await store.AppendAsync(1);
        disk.BeginFlushing = () => disk.HeldUp.Wait();

        var call = store.StoreEventAsync(FileStores.Event("2")).AsTask();
        await Eventually.TrueAsync(() => disk.IsFlushing);

        Assert.False(call.IsCompleted);
        Assert.Equal(1, await store.GetLatestSequenceNumberAsync());
        Assert.Equal(["1"], (await store.ReadAllAsync()).Select(FileStores.Text));
        disk.HeldUp.Set();
        Assert.Equal(2, await Eventually.CompletesAsync(call));
        Assert.Equal(["1", "2"], (await store.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task StoreEvent_cancelled_while_it_waits_for_room_was_not_made()
    {
        var disk = new CrashingDisk(new Random(1));
        var options = FileStores.Options("crashing");
        options.MaxPendingBytes = 64 * 1024;
        await using var store = FileStores.Open(disk, options);
        disk.BeginFlushing = () => disk.HeldUp.Wait();
        using var cancelled = new CancellationTokenSource();
        var first = store.StoreEventAsync(FileStores.Event("1")).AsTask();
        await Eventually.TrueAsync(() => disk.IsFlushing);
        var second = store.StoreEventAsync(FileStores.Event("2", 60_000), cancelled.Token).AsTask();

        var third = store.StoreEventAsync(FileStores.Event("3", 60_000), cancelled.Token).AsTask();
        var fourth = store.StoreEventAsync(FileStores.Event("4", 60_000)).AsTask();
        await cancelled.CancelAsync();

        // The second has joined a frame and the third has not.
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        disk.HeldUp.Set();
        Assert.Equal(new long[] { 1, 2, 3 }, await Eventually.CompletesAsync(Task.WhenAll(first, second, fourth)));
        Assert.Equal(["1", "2", "4"], (await store.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task Close_while_events_wait_writes_those_that_were_taken()
    {
        var disk = new CrashingDisk(new Random(1));
        var store = FileStores.Open(disk);
        disk.BeginFlushing = () => disk.HeldUp.Wait();
        var first = store.StoreEventAsync(FileStores.Event("1")).AsTask();
        await Eventually.TrueAsync(() => disk.IsFlushing);
        var second = store.StoreEventAsync(FileStores.Event("2")).AsTask();

        var closing = store.CloseAsync();
        _ = await Assert.ThrowsAsync<EventStoreClosedException>(async () => await store.StoreEventAsync(FileStores.Event("3")));
        disk.HeldUp.Set();
        await Eventually.CompletesAsync(closing);

        Assert.Equal(new long[] { 1, 2 }, await Eventually.CompletesAsync(Task.WhenAll(first, second)));
        await using var after = FileStores.Open(disk);
        Assert.Equal(["1", "2"], (await after.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task StoreEvents_larger_than_a_segment_gets_one_of_its_own_and_is_whole_after_opening()
    {
        await using (var store = FileEventStore.Open(FileStores.Options(_directory.Path)))
        {
            await store.AppendAsync(2);
            var range = await store.StoreEventsAsync([.. Enumerable.Range(3, 100).Select(static number => FileStores.Event($"{number}", 2_000))]);
            Assert.Equal(new SequenceRange(3, 102), range);
            await store.AppendAsync(2);
        }

        await using var after = FileEventStore.Open(FileStores.Options(_directory.Path));
        Assert.Equal(Enumerable.Range(1, 104).Select(static number => $"{number}"), (await after.ReadAllAsync()).Select(FileStores.Text));
        Assert.Equal(3, Directory.GetFiles(_directory.Path, "*" + Segment.Extension).Length);
    }

    [Fact]
    public async Task StoreEvents_with_one_that_cannot_be_written_stores_none()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));

        _ = await Assert.ThrowsAsync<EventSerializationException>(async () =>
            await store.StoreEventsAsync([FileStores.Event("1"), NewEvent.Of(StoreOperation.Create, "Unknown", new object())]));
        await store.AppendAsync(1);

        Assert.Equal(["1"], (await store.ReadAllAsync()).Select(FileStores.Text));
    }

    [Fact]
    public async Task StoreEvent_larger_than_MaxEventBytes_is_refused()
    {
        var options = FileStores.Options(_directory.Path);
        options.MaxEventBytes = 100;
        await using var store = FileEventStore.Open(options);

        var refused = await Assert.ThrowsAsync<EventSerializationException>(async () => await store.StoreEventAsync(FileStores.Event("1", 100)));
        await store.AppendAsync(1, padding: 99);

        Assert.Contains("MaxEventBytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreEvent_by_a_serializer_that_stores_an_event_itself_stores_both()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path), _serializer);
        var inner = Task.FromResult(0L);
        _serializer.Writing = () => inner = store.StoreEventAsync(FileStores.Event("inner")).AsTask();

        _ = await store.StoreEventAsync(NewEvent.Of(StoreOperation.Create, "Text", "outer"));
        _ = await inner;

        Assert.Equal(["inner", "outer"], (await store.ReadAllAsync()).Select(FileStores.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StoreEvent_without_waiting_for_the_one_before_keeps_their_order()
    {
        await using var store = FileEventStore.Open(FileStores.Options(_directory.Path));

        var calls = Enumerable.Range(1, 2_000).Select(number => store.StoreEventAsync(FileStores.Event($"{number}")).AsTask()).ToArray();

        Assert.Equal(Enumerable.Range(1, 2_000).Select(static number => (long)number), await Eventually.CompletesAsync(Task.WhenAll(calls)));
        Assert.Equal(Enumerable.Range(1, 2_000).Select(static number => $"{number}"), (await store.ReadAllAsync()).Select(FileStores.Text));
    }

    private sealed class GatedSerializer : IEventSerializer
    {
        public Action? Writing { get; set; }

        public bool IsTypeRegistered(string objectType) => true;

        public void Serialize(string objectType, object value, System.Buffers.IBufferWriter<byte> output)
        {
            Writing?.Invoke();
            System.Buffers.BuffersExtensions.Write(output, System.Text.Encoding.UTF8.GetBytes((string)value));
        }

        public object Deserialize(string objectType, ReadOnlyMemory<byte> payload) => System.Text.Encoding.UTF8.GetString(payload.Span);
    }
}
