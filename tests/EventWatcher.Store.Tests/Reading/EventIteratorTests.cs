namespace EventWatcher.Store.Tests;

public sealed class EventIteratorTests
{
    [Fact]
    public void TryParse_reads_what_ToString_writes()
    {
        EventIterator[] iterators =
        [
            EventIterator.TrimHorizon,
            EventIterator.Latest,
            EventIterator.AtSequenceNumber(1),
            EventIterator.AtSequenceNumber(long.MaxValue),
            EventIterator.AfterSequenceNumber(0),
            EventIterator.AfterSequenceNumber(42),
            EventIterator.AtTime(new DateTimeOffset(2026, 11, 20, 20, 0, 0, 123, TimeSpan.FromHours(2))),
        ];

        foreach (var iterator in iterators)
        {
            Assert.True(EventIterator.TryParse(iterator.ToString(), out var parsed));
            Assert.Equal(iterator, parsed);
        }
    }

    [Theory]
    [InlineData("  LATEST ", "latest")]
    [InlineData("at  2026-01-01T00:00:00Z", "at 2026-01-01T00:00:00.0000000+00:00")]
    public void TryParse_is_lenient_where_there_is_no_doubt(string text, string expected)
    {
        Assert.True(EventIterator.TryParse(text, out var iterator));
        Assert.Equal(expected, iterator.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("at")]
    [InlineData("at 0")]
    [InlineData("after -1")]
    [InlineData("after 1 2")]
    [InlineData("at 99999999999999999999")]
    [InlineData("at noon")]
    [InlineData("5")]
    public void TryParse_refuses_the_rest(string? text) => Assert.False(EventIterator.TryParse(text, out _));
}
