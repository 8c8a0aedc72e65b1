using Microsoft.Extensions.Options;

namespace EventWatcher;

internal sealed class WatcherOptionsValidator : IValidateOptions<WatcherOptions>
{
    // No timer goes much further; a longer one would fail where it is armed.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public static WatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, WatcherOptions options)
    {
        var faults = new OptionFaults(nameof(WatcherOptions));
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null or a word");
        faults.Unless(options.Capacity >= 1, options.Capacity, "1 or more");
        faults.Unless(options.RestartDelay > TimeSpan.Zero, options.RestartDelay, "longer than zero");
        faults.Unless(
            options.MaxRestartDelay >= options.RestartDelay && options.MaxRestartDelay <= LongestWait,
            options.MaxRestartDelay,
            "from RestartDelay to one day");
        faults.Unless(
            (options.StopTimeout >= TimeSpan.Zero && options.StopTimeout <= LongestWait) || options.StopTimeout == Timeout.InfiniteTimeSpan,
            options.StopTimeout,
            "from zero to one day, or Timeout.InfiniteTimeSpan");
        return faults.ToResult();
    }
}
