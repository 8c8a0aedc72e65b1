namespace EventWatcher.Store.Tests;

public sealed class RetryBackoffTests
{
    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 400)]
    [InlineData(5, 3_200)]
    [InlineData(10, 102_400)]
    [InlineData(11, 180_000)]
    [InlineData(64, 180_000)]
    [InlineData(int.MaxValue, 180_000)]
    public void After_doubles_up_to_the_longest(int failures, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryBackoff.After(Initial, Longest, failures, luck: 0.5));

    [Theory]
    [InlineData(0.0, 150)]
    [InlineData(1.0, 250)]
    public void After_gives_or_takes_a_quarter(double luck, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryBackoff.After(Initial, Longest, failures: 1, luck));

    [Fact]
    public void After_is_never_below_zero_or_beyond_the_longest_whatever_the_numbers()
    {
        TimeSpan[] times = [TimeSpan.Zero, TimeSpan.FromTicks(1), Initial, TimeSpan.FromDays(1), TimeSpan.MaxValue];
        foreach (var initial in times)
        {
            foreach (var longest in times.Where(time => time >= initial))
            {
                for (var failures = 1; failures < 200; failures++)
                {
                    Assert.InRange(RetryBackoff.After(initial, longest, failures, luck: 1), TimeSpan.Zero, longest);
                }
            }
        }
    }
}
