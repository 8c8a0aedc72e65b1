using Microsoft.Extensions.Options;

namespace EventWatcher;

internal sealed class EventWatcherHealthOptionsValidator : IValidateOptions<EventWatcherHealthOptions>
{
    public static EventWatcherHealthOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, EventWatcherHealthOptions options)
    {
        var faults = new OptionFaults(nameof(EventWatcherHealthOptions));
        faults.Unless(options.ConnectGrace >= TimeSpan.Zero, options.ConnectGrace, "zero or longer");
        faults.Unless(options.SlowHandler > TimeSpan.Zero, options.SlowHandler, "longer than zero");
        return faults.ToResult();
    }
}
