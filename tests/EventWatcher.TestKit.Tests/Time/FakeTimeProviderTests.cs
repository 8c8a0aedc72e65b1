namespace EventWatcher.TestKit.Tests;

public sealed class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Advance_several_timers_fire_in_due_order_at_their_due_times()
    {
        using var late = Timer("late", 30);
        using var early = Timer("early", 10);
        using var alsoLate = Timer("also late", 30);

        _time.Advance(Ms(29));
        Assert.Equal(["early@10"], _fired);

        _time.Advance(Ms(100));

        Assert.Equal(["early@10", "late@30", "also late@30"], _fired);
        Assert.Equal(129, NowMs());
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public void Advance_periodic_timer_fires_as_often_as_it_falls_due()
    {
        using var timer = Timer("tick", 10, 20);

        _time.Advance(Ms(55));

        Assert.Equal(["tick@10", "tick@30", "tick@50"], _fired);
        Assert.Equal(1, _time.PendingTimers);
        Assert.Equal(Ms(15), _time.NextTimerIn);
    }

    [Fact]
    public void Advance_period_of_zero_fires_once()
    {
        using var timer = Timer("once", 10, 0);

        _time.Advance(Ms(55));

        Assert.Equal(["once@10"], _fired);
    }

    [Fact]
    public void Advance_to_the_tick_before_fires_nothing()
    {
        using var timer = Timer("due", 10);

        _time.Advance(Ms(10) - TimeSpan.FromTicks(1));
        Assert.Empty(_fired);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Single(_fired);
    }

    [Fact]
    public void Advance_callback_arms_another_timer_within_reach_it_fires_too()
    {
        ITimer? second = null;
        using var first = _time.CreateTimer(_ => second = Timer("second", 5), null, Ms(10), Timeout.InfiniteTimeSpan);

        _time.Advance(Ms(20));

        Assert.Equal(["second@15"], _fired);
        second!.Dispose();
    }

    [Fact]
    public void Advance_from_inside_a_callback_goes_on_from_there_and_never_back()
    {
        using var first = _time.CreateTimer(_ => _time.Advance(Ms(100)), null, Ms(10), Timeout.InfiniteTimeSpan);
        using var second = Timer("second", 50);

        _time.Advance(Ms(20));

        Assert.Equal(["second@50"], _fired);
        Assert.Equal(110, NowMs());
    }

    [Fact]
    public void Advance_callback_disposes_another_due_timer_it_does_not_fire()
    {
        ITimer? victim = null;
        using var first = _time.CreateTimer(_ => victim!.Dispose(), null, Ms(10), Timeout.InfiniteTimeSpan);
        victim = Timer("victim", 10);

        _time.Advance(Ms(20));

        Assert.Empty(_fired);
    }

    [Fact]
    public void Advance_callback_throws_the_exception_comes_out_and_the_rest_can_go_on()
    {
        using var bad = _time.CreateTimer(static _ => throw new InvalidOperationException("bad"), null, Ms(10), Timeout.InfiniteTimeSpan);
        using var good = Timer("good", 20);

        Assert.Throws<InvalidOperationException>(() => _time.Advance(Ms(30)));
        _time.Advance(Ms(10));

        Assert.Equal(["good@20"], _fired);
    }

    [Fact]
    public void Advance_negative_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(Ms(-1)));

    [Fact]
    public void Change_rearms_disarms_and_says_no_after_disposal()
    {
        var timer = Timer("timer", 10);

        Assert.True(timer.Change(Ms(40), Timeout.InfiniteTimeSpan));
        _time.Advance(Ms(20));
        Assert.Empty(_fired);
        Assert.True(timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.Equal(0, _time.PendingTimers);
        _time.Advance(Ms(100));
        Assert.Empty(_fired);

        timer.Dispose();
        Assert.False(timer.Change(Ms(1), Timeout.InfiniteTimeSpan));
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public void Change_out_of_range_is_refused()
    {
        using var timer = Timer("timer", 10);

        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Change(Ms(-2), Timeout.InfiniteTimeSpan));
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Change(Ms(1), TimeSpan.FromDays(50)));
    }

    [Fact]
    public void GetTimestamp_goes_on_with_the_clock_and_not_with_its_correction()
    {
        var started = _time.GetTimestamp();
        _time.Advance(Ms(250));

        _time.AdjustUtcNow(new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(Ms(250), _time.GetElapsedTime(started));
        Assert.Equal(new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero), _time.GetUtcNow());
    }

    [Fact]
    public void AdjustUtcNow_far_ahead_fires_nothing()
    {
        using var timer = Timer("timer", 10);

        _time.AdjustUtcNow(_time.GetUtcNow().AddDays(1));

        Assert.Empty(_fired);
        Assert.Equal(1, _time.PendingTimers);
    }

    [Fact]
    public void SetUtcNow_advances_and_refuses_the_past()
    {
        using var timer = Timer("timer", 10);

        _time.SetUtcNow(_time.GetUtcNow().AddSeconds(1));

        Assert.Equal(["timer@10"], _fired);
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.SetUtcNow(_time.GetUtcNow().AddTicks(-1)));
    }

    [Fact]
    public async Task CreateTimer_due_at_once_fires_without_advancing()
    {
        var fired = new TaskCompletionSource();
        await using var timer = _time.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await Eventually.CompletesAsync(fired.Task);
    }

    [Fact]
    public async Task DisposeAsync_while_the_callback_runs_waits_for_it()
    {
        using var mayReturn = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        var timer = _time.CreateTimer(
            _ =>
            {
                entered.SetResult();
                mayReturn.Wait(Eventually.DefaultDeadline);
            },
            null,
            Ms(10),
            Timeout.InfiniteTimeSpan);
        var advancing = Task.Run(() => _time.Advance(Ms(10)));
        await Eventually.CompletesAsync(entered.Task);

        var disposing = timer.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        mayReturn.Set();

        await Eventually.CompletesAsync(disposing);
        await Eventually.CompletesAsync(advancing);
    }

    [Fact]
    public async Task WaitForTimersAsync_sees_a_delay_that_another_thread_begins()
    {
        var waiting = _time.WaitForTimersAsync(1);
        Assert.False(waiting.IsCompleted);

        var delay = Task.Run(() => Task.Delay(Ms(10), _time));
        await waiting;
        _time.Advance(Ms(10));

        await Eventually.CompletesAsync(delay);
    }

    [Fact]
    public async Task WaitForTimersAsync_none_in_time_says_how_many_there_are()
    {
        using var timer = Timer("timer", 10);

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => _time.WaitForTimersAsync(2, Ms(1)));

        Assert.Equal("Waited for 2 timers; 1 are armed.", exception.Message);
    }

    [Fact]
    public async Task CreateTimer_runs_the_callback_in_the_context_of_its_creator()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        var seen = new TaskCompletionSource<string?>();
        await using var timer = _time.CreateTimer(_ => seen.SetResult(local.Value), null, Ms(1), Timeout.InfiniteTimeSpan);
        local.Value = "advancer";

        _time.Advance(Ms(1));

        Assert.Equal("creator", await seen.Task);
    }

    [Fact]
    public void PendingTimers_timer_is_forgotten_unarmed_can_be_collected()
    {
        var reference = Forget();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(reference.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        WeakReference Forget()
        {
            var timer = Timer("forgotten", 10);
            _time.Advance(Ms(10));
            return new WeakReference(timer);
        }
    }

    [Fact]
    public async Task Advance_from_many_threads_fires_each_timer_once()
    {
        var count = 0;
        var timers = Enumerable.Range(1, 500)
            .Select(i => _time.CreateTimer(_ => Interlocked.Increment(ref count), null, Ms(i), Timeout.InfiniteTimeSpan))
            .ToArray();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (_time.PendingTimers > 0)
            {
                _time.Advance(Ms(7));
            }
        })));

        Assert.Equal(500, count);
        Assert.All(timers, static timer => timer.Dispose());
    }

    private static TimeSpan Ms(int value) => TimeSpan.FromMilliseconds(value);

    private double NowMs() => (_time.GetUtcNow() - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalMilliseconds;

    private ITimer Timer(string name, int due, int period = -1) =>
        _time.CreateTimer(_ => _fired.Add($"{name}@{NowMs()}"), null, Ms(due), Ms(period));
}
