using System.Globalization;

namespace EventWatcher.Core.Tests.Shared;

public sealed class DurationParserTests
{
    [Theory]
    [InlineData("5s", "00:00:05")]
    [InlineData("250ms", "00:00:00.2500000")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("1d2h3m4s5ms", "1.02:03:04.0050000")]
    [InlineData("1.5s", "00:00:01.5000000")]
    [InlineData("90m", "01:30:00")]
    [InlineData("0s", "00:00:00")]
    [InlineData(" 5s ", "00:00:05")]
    [InlineData("00:00:05", "00:00:05")]
    [InlineData("1.00:00:00", "1.00:00:00")]
    [InlineData("00:00:00.25", "00:00:00.2500000")]
    [InlineData("10675199d", "10675199.00:00:00")]
    public void TryParse_duration_is_read(string text, string expected)
    {
        Assert.True(DurationParser.TryParse(text, allowInfinite: false, out var duration));
        Assert.Equal(expected, duration.ToString("c", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("5")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("5S")]
    [InlineData("5sec")]
    [InlineData("5s5")]
    [InlineData("5s5s")]
    [InlineData("30m1h")]
    [InlineData("1h 30m")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("1e3s")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1.2.3s")]
    [InlineData("1,5s")]
    [InlineData("0.00000001s")]
    [InlineData("99999999999d")]
    [InlineData("99999999999999999999999999999999999999999d")]
    [InlineData("00:05")]
    [InlineData("24:00:00")]
    [InlineData("00:60:00")]
    [InlineData("-00:00:05")]
    [InlineData("-00:00:00.0010000")]
    [InlineData("infinite")]
    [InlineData("5s\0")]
    public void TryParse_doubtful_text_is_refused(string text) =>
        Assert.False(DurationParser.TryParse(text, allowInfinite: false, out _));

    [Theory]
    [InlineData("infinite")]
    [InlineData("Infinite")]
    [InlineData("-00:00:00.0010000")]
    public void TryParse_infinite_where_allowed_is_read(string text)
    {
        Assert.True(DurationParser.TryParse(text, allowInfinite: true, out var duration));
        Assert.Equal(Timeout.InfiniteTimeSpan, duration);
    }

    [Fact]
    public void TryParse_minus_one_where_infinite_is_allowed_is_refused() =>
        Assert.False(DurationParser.TryParse("-1", allowInfinite: true, out _));

    [Fact]
    public void TryParse_random_sums_of_units_are_exact()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 1_000; i++)
        {
            var expected = TimeSpan.FromMilliseconds(random.NextInt64(0, 1L << 45));
            var text = $"{expected.Days}d{expected.Hours}h{expected.Minutes}m{expected.Seconds}s{expected.Milliseconds}ms";
            Assert.True(DurationParser.TryParse(text, allowInfinite: false, out var duration), $"{text}, seed {seed}");
            Assert.True(expected == duration, $"{text} was read as {duration}, seed {seed}");
        }
    }

    [Fact]
    public void TryParse_random_garbage_does_not_throw()
    {
        const string Characters = "0159.:-+dhms \0é";
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string(random.GetItems<char>(Characters, random.Next(0, 40)));
            var thrown = Record.Exception(() => DurationParser.TryParse(text, allowInfinite: true, out _));
            Assert.True(thrown is null, $"\"{text}\" threw {thrown}, seed {seed}");
        }
    }
}
