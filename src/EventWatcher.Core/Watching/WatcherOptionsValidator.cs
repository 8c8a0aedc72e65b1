using Microsoft.Extensions.Options;

namespace EventWatcher;

internal sealed class WatcherOptionsValidator : IValidateOptions<WatcherOptions>
{
    public static WatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, WatcherOptions options)
    {
        var faults = new OptionFaults(nameof(WatcherOptions));
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null or a word");
        faults.Unless(options.Capacity >= 1, options.Capacity, "1 or more");
        faults.Unless(options.RestartDelay > TimeSpan.Zero, options.RestartDelay, "longer than zero");
        faults.Unless(
            options.MaxRestartDelay >= options.RestartDelay && options.MaxRestartDelay <= TimeSpan.FromDays(1),
            options.MaxRestartDelay,
            "from RestartDelay to one day");
        faults.Unless(
            options.StopTimeout >= TimeSpan.Zero || options.StopTimeout == Timeout.InfiniteTimeSpan,
            options.StopTimeout,
            "zero or longer, or Timeout.InfiniteTimeSpan");
        return faults.ToResult();
    }
}
