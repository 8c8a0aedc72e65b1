namespace EventWatcher.Idle.Tests;

public class IdleClockTests
{
    [Fact]
    public void Coarse_reading_is_never_taken_for_an_earlier_moment()
    {
        var clock = new IdleClock(TimeProvider.System);
        var ended = clock.After(TimeSpan.FromMilliseconds(300));
        while (clock.Now < ended)
        {
            var before = clock.Now;
            var reading = clock.Coarse;

            var at = clock.FromCoarse(reading);

            Assert.True(at >= before, $"{clock.Between(at, before)} too early.");
            Assert.True(at <= clock.Now, $"{clock.Between(clock.Now, at)} in the future.");
        }
    }

    [Fact]
    public async Task Coarse_reading_keeps_its_moment_while_time_passes()
    {
        var clock = new IdleClock(TimeProvider.System);
        var before = clock.Now;
        var reading = clock.Coarse;
        var after = clock.Now;

        await clock.DelayAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None);

        // Late by two ticks of the coarse counter at most, of which none is longer than 16 ms, and by what comes between two of its steps.
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
