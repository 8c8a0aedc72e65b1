using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests.Clocks;

// snippet: testkit-clock
public sealed class ClockWatcherConformanceTests : WatcherConformanceTests
{
    private readonly Clock _clock = new();

    protected override IWatcher CreateWatcher() => new ClockWatcher(_clock);

    protected override async Task<ExpectedEvent> CauseEventAsync()
    {
        var hour = await _clock.StrikeAsync();
        return new ExpectedEvent(EventAction.Custom(0), hour);
    }
}
// end

internal sealed class Clock
{
    private int _hour;

    public Action<string>? Struck { get; set; }

    public Task<string> StrikeAsync()
    {
        var hour = Interlocked.Increment(ref _hour).ToString(CultureInfo.InvariantCulture);
        Struck?.Invoke(hour);
        return Task.FromResult(hour);
    }
}

internal sealed class ClockWatcher(Clock clock) : Watcher(new EventType("clock"))
{
    protected override async Task WatchAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        clock.Struck += Tell;
        try
        {
            output.SetReady();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken);
        }
        finally
        {
            clock.Struck -= Tell;
        }

        void Tell(string hour) => output.Emit(new Event { Type = Type, Action = EventAction.Custom(0), ActorName = hour });
    }
}
