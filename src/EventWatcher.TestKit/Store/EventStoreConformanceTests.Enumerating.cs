using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

// Reading by await foreach.
public abstract partial class EventStoreConformanceTests
{
    /// <summary>What is there comes, then what is stored later, each once, until it is cancelled.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadAll_gives_what_is_there_then_what_comes_until_it_is_cancelled()
    {
        await AppendAsync(3).ConfigureAwait(false);
        using var stop = new CancellationTokenSource();
        var reader = Store.ReadAllAsync(cancellationToken: stop.Token).GetAsyncEnumerator();
        await using var _ = reader.ConfigureAwait(false);
        await AssertNextAsync(reader, 1, 2, 3).ConfigureAwait(false);

        var waiting = reader.MoveNextAsync().AsTask();
        await AppendAsync(2).ConfigureAwait(false);
        Assert.True(await Eventually.CompletesAsync(waiting, Deadline).ConfigureAwait(false));
        Assert.Equal(4, reader.Current.SequenceNumber);
        await AssertNextAsync(reader, 5).ConfigureAwait(false);

        waiting = reader.MoveNextAsync().AsTask();
        await stop.CancelAsync().ConfigureAwait(false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(waiting, Deadline)).ConfigureAwait(false);
    }

    /// <summary>It begins where it is told to and holds back what is not wanted.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadAll_begins_at_its_iterator_and_filters()
    {
        await AppendAsync(3).ConfigureAwait(false);
        await Store.StoreEventAsync(Item(4, OtherType)).ConfigureAwait(false);
        await AppendAsync(1).ConfigureAwait(false);

        var after = Store.ReadAllAsync(EventIterator.AfterSequenceNumber(1)).GetAsyncEnumerator();
        await using var first = after.ConfigureAwait(false);
        await AssertNextAsync(after, 2, 3, 4, 5).ConfigureAwait(false);

        var items = Store.ReadAllAsync(EventIterator.AtSequenceNumber(3), new EventFilter { ObjectTypes = [ItemType] }).GetAsyncEnumerator();
        await using var second = items.ConfigureAwait(false);
        await AssertNextAsync(items, 3, 5).ConfigureAwait(false);
    }

    /// <summary>A store that is closed is no end of the log, and says so.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadAll_of_a_store_that_closes_throws()
    {
        await AppendAsync(1).ConfigureAwait(false);
        var reader = Store.ReadAllAsync().GetAsyncEnumerator();
        await using var _ = reader.ConfigureAwait(false);
        await AssertNextAsync(reader, 1).ConfigureAwait(false);
        var waiting = reader.MoveNextAsync().AsTask();

        await Eventually.CompletesAsync(Store.CloseAsync(), Deadline).ConfigureAwait(false);

        await Assert.ThrowsAsync<EventStoreClosedException>(() => Eventually.CompletesAsync(waiting, Deadline)).ConfigureAwait(false);
    }

    /// <summary>What was collected before it was read is not passed over in silence.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadAll_below_the_horizon_throws_what_is_missing()
    {
        await CollectedAsync(old: 5, young: 2).ConfigureAwait(false);
        var gap = Store.ReadAllAsync(EventIterator.AtSequenceNumber(2)).GetAsyncEnumerator();
        await using var first = gap.ConfigureAwait(false);

        var passed = await Assert.ThrowsAsync<HorizonPassedException>(() => Eventually.CompletesAsync(gap.MoveNextAsync().AsTask(), Deadline)).ConfigureAwait(false);
        Assert.Equal(new SequenceRange(2, 5), passed.Missing);

        var behind = Store.ReadAllAsync(EventIterator.AfterSequenceNumber(passed.Missing.Last)).GetAsyncEnumerator();
        await using var second = behind.ConfigureAwait(false);
        await AssertNextAsync(behind, 6, 7).ConfigureAwait(false);
    }

    /// <summary>Reading to the end ends with what was there when it began, whatever was wanted of it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task ReadToEnd_ends_with_what_was_there()
    {
        await AssertReadsToEndAsync(EventIterator.TrimHorizon, []).ConfigureAwait(false);
        await AppendAsync(4).ConfigureAwait(false);
        await Store.StoreEventAsync(Item(5, OtherType)).ConfigureAwait(false);

        await AssertReadsToEndAsync(EventIterator.TrimHorizon, [1, 2, 3, 4, 5]).ConfigureAwait(false);
        await AssertReadsToEndAsync(EventIterator.AtSequenceNumber(4), [4, 5]).ConfigureAwait(false);
        await AssertReadsToEndAsync(EventIterator.Latest, []).ConfigureAwait(false);
        await AssertReadsToEndAsync(EventIterator.AtSequenceNumber(100), []).ConfigureAwait(false);
        await AssertReadsToEndAsync(EventIterator.AtTime(Time.GetUtcNow().AddDays(1)), []).ConfigureAwait(false);
        await AssertReadsToEndAsync(EventIterator.TrimHorizon, [5], new EventFilter { ObjectTypes = [OtherType] }).ConfigureAwait(false);
        await AssertReadsToEndAsync(EventIterator.TrimHorizon, [], new EventFilter { ObjectTypes = ["none"] }).ConfigureAwait(false);

        // One more for each that is read: it would never end.
        var seen = 0;
        await foreach (var item in Store.ReadToEndAsync().ConfigureAwait(false))
        {
            await AppendAsync(1).ConfigureAwait(false);
            Assert.Equal(++seen, item.SequenceNumber);
        }

        Assert.Equal(5, seen);
    }

    private async Task AssertReadsToEndAsync(EventIterator iterator, long[] expected, EventFilter? filter = null)
    {
        var reader = Store.ReadToEndAsync(iterator, filter).GetAsyncEnumerator();
        await using var _ = reader.ConfigureAwait(false);
        await AssertNextAsync(reader, expected).ConfigureAwait(false);
        Assert.False(await Eventually.CompletesAsync(reader.MoveNextAsync().AsTask(), Deadline).ConfigureAwait(false));
    }

    private async Task AssertNextAsync(IAsyncEnumerator<StoredEvent> reader, params long[] expected)
    {
        foreach (var number in expected)
        {
            Assert.True(await Eventually.CompletesAsync(reader.MoveNextAsync().AsTask(), Deadline).ConfigureAwait(false));
            Assert.Equal(number, reader.Current.SequenceNumber);
        }
    }
}
