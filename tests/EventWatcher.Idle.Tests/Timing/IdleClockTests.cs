namespace EventWatcher.Idle.Tests;

public sealed class IdleClockTests
{
    [Fact]
    public void Coarse_reading_is_never_taken_for_an_earlier_moment()
    {
        var clock = new IdleClock(TimeProvider.System);
        var readings = new List<(long Before, long Reading)>();
        var ended = clock.After(TimeSpan.FromMilliseconds(300));
        while (clock.Now < ended)
        {
            // Those of long ago, too: their age is reckoned, that of the latest is not known.
            readings.Add((clock.Now, clock.Coarse));
            var (before, reading) = readings[readings.Count * 3 / 4];

            var at = clock.FromCoarse(reading);

            Assert.True(at >= before, $"{clock.Between(at, before)} too early.");
            Assert.True(at <= clock.Now, $"{clock.Between(clock.Now, at)} in the future.");
        }
    }

    [Theory]
    [InlineData(15.625)]
    [InlineData(10)]
    [InlineData(4)]
    [InlineData(0.001)]
    public void Age_is_never_reckoned_too_high_however_long_the_systems_ticks_are(double tick)
    {
        for (var taken = 0.0; taken < 8 * 15.625; taken += 0.3125)
        {
            for (var looked = taken; looked < taken + 300; looked += 0.3125)
            {
                var age = IdleClock.LeastAge(CounterAt(taken), CounterAt(looked));

                if (age > looked - taken)
                {
                    Assert.Fail($"{age} ms, from {taken} ms to {looked} ms.");
                }
            }
        }

        long CounterAt(double time) => (long)(Math.Floor(time / tick) * tick);
    }

    [Fact]
    public async Task Coarse_reading_keeps_its_moment_while_time_passes()
    {
        var clock = new IdleClock(TimeProvider.System);
        var before = clock.Now;
        var reading = clock.Coarse;
        var after = clock.Now;

        await clock.DelayAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);

        // Late by two ticks of the coarse counter at most, of which none is longer than 17 ms, and by what comes between two of its steps.
        var earliest = Enumerable.Range(0, 100).Min(_ => clock.FromCoarse(reading));
        Assert.InRange(earliest, before, clock.Add(after, TimeSpan.FromMilliseconds(40)));
    }

    [Fact]
    public void Time_of_tests_is_exact()
    {
        var time = new FakeTimeProvider();
        var clock = new IdleClock(time);
        var (reading, at) = (clock.Coarse, clock.Now);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(at, clock.FromCoarse(reading));
    }
}
