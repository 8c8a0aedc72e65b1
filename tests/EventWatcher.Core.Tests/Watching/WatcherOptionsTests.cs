using Microsoft.Extensions.Options;

namespace EventWatcher.Core.Tests;

public sealed class WatcherOptionsTests
{
    [Fact]
    public void Create_every_fault_is_named_at_once_with_value_and_what_is_allowed()
    {
        var options = new WatcherOptions
        {
            Name = " ",
            Capacity = 0,
            RestartDelay = TimeSpan.Zero,
            MaxRestartDelay = TimeSpan.FromDays(2),
            StopTimeout = TimeSpan.FromSeconds(-5),
        };

        var exception = Assert.Throws<OptionsValidationException>(() => new FakeWatcher(TestEvents.Type, options));

        Assert.Equal(
            [
                "WatcherOptions.Name is \" \"; allowed: null or a word.",
                "WatcherOptions.Capacity is 0; allowed: 1 or more.",
                "WatcherOptions.RestartDelay is 00:00:00; allowed: longer than zero.",
                "WatcherOptions.MaxRestartDelay is 2.00:00:00; allowed: from RestartDelay to one day.",
                "WatcherOptions.StopTimeout is -00:00:05; allowed: from zero to one day, or Timeout.InfiniteTimeSpan.",
            ],
            exception.Failures);
    }

    [Fact]
    public void Create_stop_timeout_longer_than_any_timer_is_refused_instead_of_failing_the_disposal()
    {
        var exception = Assert.Throws<OptionsValidationException>(
            () => new FakeWatcher(TestEvents.Type, new WatcherOptions { StopTimeout = TimeSpan.MaxValue }));

        Assert.Contains("StopTimeout", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_options_changed_afterwards_watcher_stays()
    {
        var options = new WatcherOptions { Name = "before", Capacity = 1 };
        var watcher = new FakeWatcher(TestEvents.Type, options);
        options.Name = "after";
        options.Capacity = 100;

        await using var stream = watcher.Watch();
        watcher.EmitNumbered(0, 5);

        Assert.Equal("before", stream.Name);
        await Eventually.TrueAsync(() => stream.Statistics.Dropped == 4);
    }

    [Fact]
    public void Name_without_one_is_that_of_the_class() => Assert.Equal(nameof(Silent), new Silent().Name);

    private sealed class Silent() : Watcher(TestEvents.Type)
    {
        protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
