namespace EventWatcher.Store.Tests;

public sealed class EventEncoderTests
{
    [Fact]
    public async Task StoreEvent_with_half_of_a_surrogate_pair_in_a_name_is_refused()
    {
        await using var store = new InMemoryEventStore();

        // As UTF-8 it would come back as another name.
        foreach (var name in new[] { "T\uD800", "\uDC00T" })
        {
            await Assert.ThrowsAsync<EventSerializationException>(async () => await store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, name, default)));
            await Assert.ThrowsAsync<EventSerializationException>(async () => await store.StoreEventAsync(NewEvent.FromPayload(new StoreOperation(name), "T", default)));
        }

        Assert.Equal(1, await store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "T\U0001F600", default)));
    }
}
