using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

internal sealed class ReplayWatcherOptionsValidator : IValidateOptions<ReplayWatcherOptions>
{
    private const int LargestBatch = 100_000;
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static ReplayWatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, ReplayWatcherOptions options)
    {
        var faults = new OptionFaults(nameof(ReplayWatcherOptions));
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null for the id, or a name that is not empty");
        faults.Unless(!string.IsNullOrEmpty(options.Type.Value), options.Type, "a type that is not empty");
        faults.Unless(options.Filter is { ObjectTypes: not null, Operations: not null }, options.Filter, "a filter without null; EventFilter.All for all");
        faults.Unless(options.BatchSize is >= 1 and <= LargestBatch, options.BatchSize, "from 1 to 100,000");
        faults.Unless(options.Capacity >= 1, options.Capacity, "at least 1");
        faults.Unless(options.InitialBackoff >= TimeSpan.Zero && options.InitialBackoff <= OneDay, options.InitialBackoff, "from zero to one day");
        faults.Unless(
            options.MaxBackoff >= options.InitialBackoff && options.MaxBackoff <= OneDay,
            options.MaxBackoff,
            $"from InitialBackoff ({options.InitialBackoff}) to one day");
        return faults.ToResult();
    }
}
