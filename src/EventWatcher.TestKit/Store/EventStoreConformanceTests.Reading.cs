using EventWatcher.Store;
using Xunit;

namespace EventWatcher.TestKit;

// Iterators, filters and limits.
public abstract partial class EventStoreConformanceTests
{
    /// <summary>Each iterator over five events, and over none, gives the right events and goes on at the right place.</summary>
    /// <param name="stored">How many events there are.</param>
    /// <param name="iterator">Where to begin.</param>
    /// <param name="first">The first event that is given.</param>
    /// <param name="count">How many are given.</param>
    /// <param name="next">Where to go on.</param>
    /// <returns>The test.</returns>
    [Theory]
    [InlineData(5, "trim-horizon", 1, 5, "after 5")]
    [InlineData(5, "latest", 0, 0, "after 5")]
    [InlineData(5, "at 1", 1, 5, "after 5")]
    [InlineData(5, "at 3", 3, 3, "after 5")]
    [InlineData(5, "at 5", 5, 1, "after 5")]
    [InlineData(5, "at 6", 0, 0, "at 6")]
    [InlineData(5, "at 100", 0, 0, "at 100")]
    [InlineData(5, "after 0", 1, 5, "after 5")]
    [InlineData(5, "after 3", 4, 2, "after 5")]
    [InlineData(5, "after 5", 0, 0, "after 5")]
    [InlineData(5, "after 100", 0, 0, "after 100")]
    [InlineData(5, "after 9223372036854775807", 0, 0, "after 9223372036854775807")]
    [InlineData(0, "trim-horizon", 0, 0, "after 0")]
    [InlineData(0, "latest", 0, 0, "after 0")]
    [InlineData(0, "at 1", 0, 0, "at 1")]
    [InlineData(0, "after 0", 0, 0, "after 0")]
    [InlineData(0, "after 1", 0, 0, "after 1")]
    public async Task GetEvents_each_iterator_begins_and_goes_on_where_it_should(int stored, string iterator, int first, int count, string next)
    {
        await AppendAsync(stored).ConfigureAwait(false);

        var response = await ReadAsync(Parse(iterator)).ConfigureAwait(false);

        Assert.Equal(count == 0 ? [] : Range(first, first + count - 1), Numbers(response));
        Assert.Equal(next, response.NextIterator.ToString());
        Assert.Null(response.HorizonPassed);
    }

    /// <summary>Step by step, each next iterator goes on where the one before ended.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_step_by_step_gives_each_event_once()
    {
        await AppendAsync(5).ConfigureAwait(false);
        var iterator = EventIterator.TrimHorizon;
        for (var i = 1; i <= 5; i++)
        {
            var response = await ReadAsync(iterator, limit: 1).ConfigureAwait(false);
            Assert.Equal([i], Numbers(response));
            Assert.Equal(EventIterator.AfterSequenceNumber(i), iterator = response.NextIterator);
        }

        Assert.Empty((await ReadAsync(iterator, limit: 1).ConfigureAwait(false)).Events);
    }

    /// <summary>What is stored after "latest" was asked for is what follows.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_latest_gives_what_is_stored_after_it()
    {
        await AppendAsync(3).ConfigureAwait(false);
        var latest = await ReadAsync(EventIterator.Latest).ConfigureAwait(false);
        await AppendAsync(2).ConfigureAwait(false);

        await AssertReadsAsync(latest.NextIterator, [4, 5]).ConfigureAwait(false);
    }

    /// <summary>By time: the first event at or after it; where there is none, the iterator stays.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_at_a_time_begins_with_the_first_event_at_or_after_it()
    {
        var start = Time.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            await AppendAsync(2).ConfigureAwait(false);
            Time.Advance(TimeSpan.FromMinutes(1));
        }

        await AssertReadsAsync(EventIterator.AtTime(start - TimeSpan.FromDays(1)), Range(1, 10)).ConfigureAwait(false);
        await AssertReadsAsync(EventIterator.AtTime(start), Range(1, 10)).ConfigureAwait(false);
        await AssertReadsAsync(EventIterator.AtTime(start + TimeSpan.FromSeconds(61)), Range(5, 10)).ConfigureAwait(false);
        await AssertReadsAsync(EventIterator.AtTime(start + TimeSpan.FromMinutes(2)), Range(5, 10)).ConfigureAwait(false);
        await AssertReadsAsync(EventIterator.AtTime(start + TimeSpan.FromMinutes(4)), Range(9, 10)).ConfigureAwait(false);

        var future = EventIterator.AtTime(start + TimeSpan.FromHours(1));
        var response = await ReadAsync(future).ConfigureAwait(false);
        Assert.Empty(response.Events);
        Assert.Equal(future, response.NextIterator);
        await AppendAsync(1).ConfigureAwait(false);
        Assert.Empty((await ReadAsync(future).ConfigureAwait(false)).Events);
        Time.Advance(TimeSpan.FromHours(1));
        await AppendAsync(1).ConfigureAwait(false);
        await AssertReadsAsync(future, [12]).ConfigureAwait(false);
    }

    /// <summary>A filter is one of the types and one of the operations; the iterator moves past what it holds back.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_a_filter_gives_matches_and_moves_past_the_rest()
    {
        await Store.StoreEventAsync(Item(1)).ConfigureAwait(false);
        await Store.StoreEventAsync(Item(2, OtherType, StoreOperation.Update)).ConfigureAwait(false);
        await Store.StoreEventAsync(Item(3, ItemType, StoreOperation.Delete)).ConfigureAwait(false);

        await AssertFilteredAsync(new EventFilter { ObjectTypes = [ItemType] }, 1, 3).ConfigureAwait(false);
        await AssertFilteredAsync(new EventFilter { ObjectTypes = [ItemType, OtherType] }, 1, 2, 3).ConfigureAwait(false);
        await AssertFilteredAsync(new EventFilter { Operations = [StoreOperation.Create, StoreOperation.Update] }, 1, 2).ConfigureAwait(false);
        await AssertFilteredAsync(new EventFilter { ObjectTypes = [ItemType], Operations = [StoreOperation.Delete] }, 3).ConfigureAwait(false);
        await AssertFilteredAsync(new EventFilter { ObjectTypes = [OtherType], Operations = [StoreOperation.Delete] }).ConfigureAwait(false);
        await AssertFilteredAsync(new EventFilter { ObjectTypes = ["item"] }).ConfigureAwait(false);
        await AssertFilteredAsync(EventFilter.All, 1, 2, 3).ConfigureAwait(false);
    }

    /// <summary>Only matches count for the limit, and the iterator stops behind the last of them.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_the_limit_counts_matches_only()
    {
        for (var i = 1; i <= 10; i++)
        {
            await Store.StoreEventAsync(Item(i, i % 2 == 0 ? OtherType : ItemType)).ConfigureAwait(false);
        }

        var filter = new EventFilter { ObjectTypes = [OtherType] };
        var response = await ReadAsync(EventIterator.TrimHorizon, limit: 2, filter).ConfigureAwait(false);
        Assert.Equal([2, 4], Numbers(response));
        Assert.Equal(EventIterator.AfterSequenceNumber(4), response.NextIterator);
        response = await ReadAsync(response.NextIterator, limit: 100, filter).ConfigureAwait(false);
        Assert.Equal([6, 8, 10], Numbers(response));
    }

    /// <summary>Requests that make no sense are refused.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task GetEvents_a_request_without_sense_is_refused()
    {
        GetEventsRequest[] refused =
        [
            new() { Limit = -1 },
            new() { Filter = null! },
            new() { Filter = new EventFilter { ObjectTypes = null! } },
            new() { LongPollTimeout = TimeSpan.FromSeconds(-1) },
        ];
        foreach (var request in refused)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetEventsAsync(request).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.GetEventsAsync(null!).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static EventIterator Parse(string text) => text.Split(' ') switch
    {
        ["trim-horizon"] => EventIterator.TrimHorizon,
        ["latest"] => EventIterator.Latest,
        ["at", var number] => EventIterator.AtSequenceNumber(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture)),
        [_, var number] => EventIterator.AfterSequenceNumber(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException(text, nameof(text)),
    };

    private async Task AssertReadsAsync(EventIterator iterator, long[] expected) =>
        Assert.Equal(expected, Numbers(await ReadAsync(iterator).ConfigureAwait(false)));

    private async Task AssertFilteredAsync(EventFilter filter, params long[] expected)
    {
        var response = await ReadAsync(EventIterator.TrimHorizon, filter: filter).ConfigureAwait(false);
        Assert.Equal(expected, Numbers(response));
        Assert.Equal(EventIterator.AfterSequenceNumber(3), response.NextIterator);
    }
}
