namespace EventWatcher.Sinks.Tests;

public sealed class StrategyTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Backoff_ten_failures_a_thousand_samples_each_is_within_its_bound()
    {
        var backoff = new ExponentialBackoff();
        Assert.Equal(TimeSpan.Zero, backoff.Proceed());
        for (var failures = 1; failures <= 10; failures++)
        {
            backoff.Failure(new InvalidOperationException());
            var bound = TimeSpan.FromSeconds(Math.Min(20, 1 + Math.Pow(2, failures - 1)));
            Assert.Equal(bound, backoff.BoundAfter(failures));
            var samples = Enumerable.Range(0, 1_000).Select(_ => backoff.Proceed()).ToArray();
            Assert.All(samples, sample => Assert.InRange(sample, TimeSpan.Zero, bound));

            // Full jitter: the samples spread over all of it.
            Assert.True(samples.Min() < bound * 0.1);
            Assert.True(samples.Max() > bound * 0.9);
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(1_000)]
    public void Backoff_after_many_failures_it_stays_at_the_maximum(int failures)
    {
        var backoff = new ExponentialBackoff();
        for (var i = 1; i <= failures; i++)
        {
            backoff.Failure(new InvalidOperationException());
            Assert.Equal(TimeSpan.FromSeconds(Math.Min(20, 1 + Math.Pow(2, Math.Min(i - 1, 10)))), backoff.BoundAfter(i));
        }

        var samples = Enumerable.Range(0, 1_000).Select(_ => backoff.Proceed()).ToArray();
        Assert.All(samples, sample => Assert.InRange(sample, TimeSpan.Zero, TimeSpan.FromSeconds(20)));
        Assert.True(samples.Max() > TimeSpan.FromSeconds(18));
        Assert.Equal(TimeSpan.FromSeconds(20), backoff.BoundAfter(long.MaxValue));
    }

    [Fact]
    public void Backoff_extreme_arguments_do_not_overflow()
    {
        var backoff = new ExponentialBackoff(TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.FromDays(24));
        for (var failures = 1; failures <= 200; failures++)
        {
            Assert.Equal(TimeSpan.FromDays(24), backoff.BoundAfter(failures));
        }

        Assert.Equal(TimeSpan.Zero, new ExponentialBackoff(TimeSpan.Zero, TimeSpan.Zero).BoundAfter(100));
    }

    [Fact]
    public void Backoff_success_begins_anew()
    {
        var backoff = new ExponentialBackoff();
        backoff.Failure(new InvalidOperationException());
        backoff.Success();
        Assert.Equal(TimeSpan.Zero, backoff.Proceed());
    }

    [Fact]
    public void Breaker_opens_at_the_threshold_waits_since_the_last_failure_and_closes_on_success()
    {
        var breaker = new Breaker(5, TimeSpan.FromSeconds(1), _time);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(breaker.Proceed() <= TimeSpan.Zero);
            Assert.False(breaker.Failure(new InvalidOperationException()));
        }

        Assert.Equal(TimeSpan.FromSeconds(1), breaker.Proceed());
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(TimeSpan.FromMilliseconds(600), breaker.Proceed());
        _time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.True(breaker.Proceed() <= TimeSpan.Zero);

        // Still open: one more failure, and it waits again.
        breaker.Failure(new InvalidOperationException());
        Assert.Equal(TimeSpan.FromSeconds(1), breaker.Proceed());
        breaker.Success();
        Assert.True(breaker.Proceed() <= TimeSpan.Zero);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Breaker(0, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Breaker(1, TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialBackoff(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialBackoff(maximum: TimeSpan.Zero));
    }
}
