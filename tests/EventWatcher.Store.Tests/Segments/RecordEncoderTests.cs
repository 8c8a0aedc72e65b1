using System.Text;

namespace EventWatcher.Store.Tests;

public sealed class RecordEncoderTests
{
    [Fact]
    public void GetSpan_larger_than_any_array_is_refused()
    {
        var encoder = RecordEncoder.Rent(1);

        // A shorter one than was asked for would have whoever fills it go round for ever.
        Assert.Throws<EventStoreException>(() => encoder.GetSpan(int.MaxValue).Length);

        encoder.Return();
    }

    [Fact]
    public async Task StoreEvents_with_names_that_change_and_come_again_keeps_each()
    {
        using var directory = new TemporaryDirectory();
        await using var store = FileEventStore.Open(FileStores.Options(directory.Path));
        var names = new[] { ("Text", "Create"), ("Text", "Create"), ("Text", "Update"), ("Umläut", "Update"), ("Umläut", "Update"), ("Text", "Create") };
        var events = names.Select((name, i) => NewEvent.FromPayload(
            new StoreOperation(new string(name.Item2)), new string(name.Item1), Encoding.UTF8.GetBytes(new string('x', i)))).ToArray();

        // An array, and a list of another kind.
        await store.StoreEventsAsync(events);
        await store.StoreEventsAsync([.. events]);
        await store.StoreEventsAsync(new List<NewEvent>(events));

        var read = await store.ReadAllAsync();
        Assert.Equal([.. names, .. names, .. names], read.Select(static item => (item.ObjectType, item.Operation.Value)));
        Assert.Equal([.. Enumerable.Range(0, 18).Select(static i => i % 6)], read.Select(static item => item.Text().Length));
    }

    [Fact]
    public async Task StoreEvents_with_a_bad_name_behind_good_ones_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await using var store = FileEventStore.Open(FileStores.Options(directory.Path));

        await Assert.ThrowsAsync<EventSerializationException>(async () => await store.StoreEventsAsync([FileStores.Event("1"), NewEvent.FromPayload(StoreOperation.Create, "T\uD800", default)]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.StoreEventsAsync([FileStores.Event("1"), default]));
        await store.AppendAsync(1);

        Assert.Equal(["1"], (await store.ReadAllAsync()).Select(FileStores.Text));
    }
}
