using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

// What goes in, and what of it comes out.
public abstract partial class EventStoreConformanceTests
{
    /// <summary>Events are numbered from 1 without a gap.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_numbers_are_contiguous_from_one()
    {
        Assert.Equal(0, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));
        Assert.Equal(1, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));

        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i, await Store.StoreEventAsync(Item(i)).ConfigureAwait(false));
            Assert.Equal(i, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));
        }

        Assert.Equal(1, await Store.GetOldestSequenceNumberAsync().ConfigureAwait(false));
    }

    /// <summary>An event comes out as it went in, with the time at which the store took it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_comes_out_as_it_went_in()
    {
        var before = Time.GetUtcNow();
        await Store.StoreEventAsync(Item(7, OtherType, new StoreOperation("Archive"))).ConfigureAwait(false);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Delete, "Ünregistered", new byte[] { 0, 255, 1 })).ConfigureAwait(false);
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Delete, "Empty", default)).ConfigureAwait(false);

        var events = (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events;

        Assert.Equal([1, 2, 3], events.Select(static item => item.SequenceNumber));
        Assert.Equal(new StoreOperation("Archive"), events[0].Operation);
        Assert.Equal(OtherType, events[0].ObjectType);
        Assert.Equal(before, events[0].Timestamp);
        Assert.Equal(TimeSpan.Zero, events[0].Timestamp.Offset);
        Assert.Equal(7, events[0].GetObject<StoreItem>().Number);
        Assert.Equal("item 7", events[0].GetObject<StoreItem>().Text);
        Assert.Equal(before + TimeSpan.FromMinutes(1), events[1].Timestamp);
        Assert.Equal("Ünregistered", events[1].ObjectType);
        Assert.Equal(StoreOperation.Delete, events[1].Operation);
        Assert.Equal([0, 255, 1], events[1].Payload.ToArray());
        Assert.True(events[2].Payload.IsEmpty);
    }

    /// <summary>Nothing is shared between who writes, who reads, and who reads again.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_objects_and_bytes_are_never_shared()
    {
        var item = new StoreItem { Number = 1, Text = "as it was" };
        byte[] bytes = [1, 2, 3];
        await Store.StoreEventAsync(NewEvent.Of(StoreOperation.Create, ItemType, item)).ConfigureAwait(false);
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "Bytes", bytes)).ConfigureAwait(false);
        item.Text = "changed by the writer";
        bytes[0] = 9;

        var first = await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false);
        first.Events[0].GetObject<StoreItem>().Text = "changed by a reader";
        var second = await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false);

        Assert.Equal("as it was", first.Events[0].GetObject<StoreItem>().Text);
        Assert.Equal("as it was", second.Events[0].GetObject<StoreItem>().Text);
        Assert.NotSame(second.Events[0].GetObject<StoreItem>(), second.Events[0].GetObject<StoreItem>());
        Assert.Equal([1, 2, 3], second.Events[1].Payload.ToArray());
    }

    /// <summary>A batch is in the log as a whole, in order.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvents_a_batch_is_contiguous()
    {
        await AppendAsync(1).ConfigureAwait(false);

        var stored = await Store.StoreEventsAsync([Item(2), Item(3), Item(4)]).ConfigureAwait(false);
        var empty = await Store.StoreEventsAsync([]).ConfigureAwait(false);

        Assert.Equal(new SequenceRange(2, 4), stored);
        Assert.Equal(0, empty.Count);
        var events = (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events;
        Assert.Equal([1, 2, 3, 4], events.Select(static item => item.GetObject<StoreItem>().Number));
    }

    /// <summary>A batch of which one event is refused stores nothing, and takes no number.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvents_one_is_refused_nothing_is_stored()
    {
        var stranger = NewEvent.Of(StoreOperation.Create, "Stranger", new StoreItem());

        var exception = await Assert.ThrowsAsync<EventSerializationException>(
            () => Store.StoreEventsAsync([Item(1), stranger, Item(3)]).AsTask()).ConfigureAwait(false);

        Assert.Equal("Stranger", exception.ObjectType);
        Assert.Equal(0, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));
        Assert.Equal(1, await Store.StoreEventAsync(Item(1)).ConfigureAwait(false));
    }

    /// <summary>What can't be written is refused when it is stored, not found out when it is read.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_what_cannot_be_written_is_refused()
    {
        NewEvent[] refused =
        [
            NewEvent.Of(StoreOperation.Create, "Stranger", new StoreItem()),
            NewEvent.Of(StoreOperation.Create, ItemType, "another type"),
            NewEvent.Of(StoreOperation.Create, ItemType, new StoreItem { IsPoison = true }),
            NewEvent.FromPayload(new StoreOperation(new string('x', 256)), ItemType, default),
            NewEvent.FromPayload(StoreOperation.Create, new string('ü', 32_768), default),
        ];

        foreach (var newEvent in refused)
        {
            await Assert.ThrowsAsync<EventSerializationException>(() => Store.StoreEventAsync(newEvent).AsTask()).ConfigureAwait(false);
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.StoreEventAsync(default).AsTask()).ConfigureAwait(false);
        Assert.Equal(0, await Store.GetLatestSequenceNumberAsync().ConfigureAwait(false));
    }

    /// <summary>The longest names that are allowed come out whole.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_the_longest_names_are_kept()
    {
        var operation = new StoreOperation(new string('x', 255));
        var objectType = new string('t', 65_535);

        await Store.StoreEventAsync(NewEvent.FromPayload(operation, objectType, default)).ConfigureAwait(false);

        var item = Assert.Single((await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events);
        Assert.Equal(operation, item.Operation);
        Assert.Equal(objectType, item.ObjectType);
    }

    /// <summary>A record that can't be decoded says which it is, and hurts only who asks for its object.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetObject_a_record_that_cannot_be_decoded_says_which()
    {
        await Store.StoreEventAsync(Item(1)).ConfigureAwait(false);
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, ItemType, "no json"u8.ToArray())).ConfigureAwait(false);
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "Stranger", "{}"u8.ToArray())).ConfigureAwait(false);
        await Store.StoreEventAsync(Item(4)).ConfigureAwait(false);

        var events = (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events;

        Assert.Equal([1, 2, 3, 4], events.Select(static item => item.SequenceNumber));
        Assert.Equal(2, Assert.Throws<EventDeserializationException>(() => events[1].GetObject<StoreItem>()).SequenceNumber);
        Assert.Equal(3, Assert.Throws<EventDeserializationException>(() => events[2].GetObject<StoreItem>()).SequenceNumber);
        Assert.Equal(4, Assert.Throws<EventDeserializationException>(() => events[3].GetObject<string>()).SequenceNumber);
        Assert.False(events[1].TryGetObject<StoreItem>(out _));
        Assert.True(events[3].TryGetObject<StoreItem>(out var item) && item.Number == 4);
    }

    /// <summary>Timestamps never go back, whatever the clock does.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_the_clock_is_put_back_timestamps_are_not()
    {
        var start = Time.GetUtcNow();
        await AppendAsync(1).ConfigureAwait(false);
        Time.AdjustUtcNow(start - TimeSpan.FromHours(1));
        await AppendAsync(1).ConfigureAwait(false);
        Time.AdjustUtcNow(start + TimeSpan.FromHours(1));
        await AppendAsync(1).ConfigureAwait(false);

        var events = (await ReadAsync(EventIterator.TrimHorizon).ConfigureAwait(false)).Events;

        Assert.Equal([start, start, start + TimeSpan.FromHours(1)], events.Select(static item => item.Timestamp));
    }

    /// <summary>An append that is cancelled before it began was not made.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_cancelled_before_it_stores_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync().ConfigureAwait(false);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.StoreEventAsync(Item(1), cancellation.Token).AsTask()).ConfigureAwait(false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.StoreEventsAsync([Item(1)], cancellation.Token).AsTask()).ConfigureAwait(false);

        Assert.Equal(1, await Store.StoreEventAsync(Item(1)).ConfigureAwait(false));
    }

    /// <summary>Many writers and readers at once: no number twice, none missing, each writer's own in its order.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task StoreEvent_many_writers_and_readers_see_contiguous_numbers()
    {
        const int Readers = 10;
        var total = Writers * EventsPerWriter;
        var reading = Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadAllAsync(total))).ToList();
        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var numbers = new List<long>();
            for (var i = 0; i < EventsPerWriter; i++)
            {
                numbers.Add(await Store.StoreEventAsync(Item((writer * EventsPerWriter) + i)).ConfigureAwait(false));
            }

            return numbers;
        })).ToList();

        var written = await Eventually.CompletesAsync(Task.WhenAll(writing), Deadline).ConfigureAwait(false);
        var read = await Eventually.CompletesAsync(Task.WhenAll(reading), Deadline).ConfigureAwait(false);

        Assert.Equal(Range(1, total), written.SelectMany(static numbers => numbers).Order());
        for (var writer = 0; writer < Writers; writer++)
        {
            Assert.Equal(written[writer].Order(), written[writer]);
        }

        foreach (var events in read)
        {
            Assert.Equal(Range(1, total), events.Select(static item => item.SequenceNumber));
            foreach (var item in events)
            {
                // What is under a number is what was acknowledged with it.
                var (writer, index) = Math.DivRem(item.GetObject<StoreItem>().Number, EventsPerWriter);
                Assert.Equal(item.SequenceNumber, written[writer][index]);
            }
        }
    }

    private async Task<List<StoredEvent>> ReadAllAsync(int total)
    {
        var events = new List<StoredEvent>();
        var iterator = EventIterator.TrimHorizon;
        while (events.Count < total)
        {
            var response = await Store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, Limit = 7, LongPollTimeout = Timeout.InfiniteTimeSpan }).ConfigureAwait(false);
            events.AddRange(response.Events);
            iterator = response.NextIterator;
        }

        return events;
    }
}
