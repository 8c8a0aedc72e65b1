using Microsoft.Extensions.Options;

namespace EventWatcher.Store;

internal sealed class StoreWatcherOptionsValidator : IValidateOptions<StoreWatcherOptions>
{
    private const int LargestBatch = 100_000;
    private const int LargestBuffer = 1_000_000;
    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    public static StoreWatcherOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, StoreWatcherOptions options)
    {
        var faults = new OptionFaults(nameof(StoreWatcherOptions));
        faults.Unless(options.Filter is { ObjectTypes: not null, Operations: not null }, options.Filter, "a filter without null; EventFilter.All for all");
        faults.Unless(options.BatchSize is >= 1 and <= LargestBatch, options.BatchSize, "from 1 to 100,000");
        faults.Unless(
            options.BufferSize >= options.BatchSize && options.BufferSize <= LargestBuffer, options.BufferSize, $"from BatchSize ({options.BatchSize}) to 1,000,000");
        faults.Unless(options.InitialBackoff >= TimeSpan.Zero && options.InitialBackoff <= OneDay, options.InitialBackoff, "from zero to one day");
        faults.Unless(
            options.MaxBackoff >= options.InitialBackoff && options.MaxBackoff <= OneDay,
            options.MaxBackoff,
            $"from InitialBackoff ({options.InitialBackoff}) to one day");
        faults.Unless(Enum.IsDefined(options.RetryStrategy), options.RetryStrategy, "Block or Skip");
        faults.Unless(options.MaxAttempts is null or >= 1, options.MaxAttempts, "at least 1, or null for no limit");
        faults.Unless(
            options.StopTimeout == Timeout.InfiniteTimeSpan || (options.StopTimeout >= TimeSpan.Zero && options.StopTimeout <= OneDay),
            options.StopTimeout,
            "from zero to one day, or Timeout.InfiniteTimeSpan");
        if (options.AutoCheckpoint is not { } auto)
        {
            faults.Add(nameof(options.AutoCheckpoint), null, "not null");
            return faults.ToResult();
        }

        if (auto.Events is < 0 or > LargestBuffer)
        {
            faults.Add("AutoCheckpoint.Events", auto.Events, "0 for never, to 1,000,000");
        }

        if (auto.Interval != TimeSpan.Zero && (auto.Interval < TimeSpan.FromMilliseconds(1) || auto.Interval > OneDay))
        {
            faults.Add("AutoCheckpoint.Interval", auto.Interval, "zero for never, or from 1 ms to one day");
        }

        if (options.Ephemeral && (auto.Events != 0 || auto.Interval != TimeSpan.Zero || auto.OnStop))
        {
            faults.Add(nameof(options.Ephemeral), options.Ephemeral, "false where AutoCheckpoint is used: an ephemeral watcher has no checkpoint");
        }

        return faults.ToResult();
    }
}
