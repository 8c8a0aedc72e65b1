namespace EventWatcher.Files.Tests;

public sealed class AlarmClockTests
{
    private static long Now => TimeProvider.System.GetTimestamp();

    [Fact]
    public void RingDue_rings_what_is_due_in_the_order_of_time()
    {
        var rung = new List<string>();
        var clock = new AlarmClock(static () => { });
        var now = Now;
        clock.Set(new Alarm(() => rung.Add("second")), now - 1);
        clock.Set(new Alarm(() => rung.Add("first")), now - 2);
        clock.Set(new Alarm(() => rung.Add("later")), now + (TimeProvider.System.TimestampFrequency * 3_600));

        Assert.InRange(clock.RingDue(), 1, 3_600_000_000_000);
        Assert.Equal(["first", "second"], rung);
    }

    [Fact]
    public void Set_again_replaces_the_time_and_leaves_one_alarm()
    {
        var rung = 0;
        var clock = new AlarmClock(static () => { });
        var alarm = new Alarm(() => rung++);
        for (var i = 0; i < 1_000; i++)
        {
            clock.Set(alarm, Now + (TimeProvider.System.TimestampFrequency * (3_600 + (i % 7))));
        }

        Assert.Equal(1, clock.Count);
        clock.Set(alarm, Now - 1);
        Assert.Equal(-1, clock.RingDue());
        Assert.Equal(1, rung);
    }

    [Fact]
    public void Withdraw_leaves_nothing_to_ring()
    {
        var clock = new AlarmClock(static () => { });
        var alarm = new Alarm(static () => throw new InvalidOperationException("rung"));
        clock.Set(alarm, Now - 1);

        clock.Withdraw(alarm);

        Assert.Equal(-1, clock.RingDue());
    }

    [Fact]
    public void Set_wakes_the_reader_for_an_earlier_time_only()
    {
        var woken = 0;
        var clock = new AlarmClock(() => woken++);
        var hour = TimeProvider.System.TimestampFrequency * 3_600;
        clock.Set(new Alarm(static () => { }), Now + hour);
        clock.Set(new Alarm(static () => { }), Now + (2 * hour));
        Assert.Equal(1, woken);
        clock.Set(new Alarm(static () => { }), Now + (hour / 2));
        Assert.Equal(2, woken);
    }
}
