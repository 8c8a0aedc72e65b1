using Microsoft.Extensions.Options;

namespace EventWatcher;

internal sealed class EventQueueOptionsValidator : IValidateOptions<EventQueueOptions>
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    public static EventQueueOptionsValidator Instance { get; } = new();

    public ValidateOptionsResult Validate(string? name, EventQueueOptions options)
    {
        var faults = new OptionFaults(nameof(EventQueueOptions));
        faults.Unless(!string.IsNullOrWhiteSpace(options.Name), options.Name, "a word");
        faults.Unless(
            options.FlushInterval > TimeSpan.Zero && options.FlushInterval <= LongestInterval,
            options.FlushInterval,
            "longer than zero, at most 1.00:00:00");
        faults.Unless(options.MaxBatchSize >= 1, options.MaxBatchSize, "1 or more");
        faults.Unless(
            options.Capacity >= Math.Max(1, options.MaxBatchSize),
            options.Capacity,
            $"MaxBatchSize ({options.MaxBatchSize}) or more");
        faults.Unless(Enum.IsDefined(options.Overflow), options.Overflow, string.Join(", ", Enum.GetNames<QueueOverflow>()));
        faults.Unless(
            options.QuietPeriod >= TimeSpan.Zero && options.QuietPeriod <= options.FlushInterval,
            options.QuietPeriod,
            $"from zero to FlushInterval ({options.FlushInterval})");
        faults.Unless(Enum.IsDefined(options.FlushFailure), options.FlushFailure, string.Join(", ", Enum.GetNames<FlushFailureMode>()));
        faults.Unless(options.RetryDelay > TimeSpan.Zero, options.RetryDelay, "longer than zero");
        faults.Unless(
            options.MaxRetryDelay >= options.RetryDelay && options.MaxRetryDelay <= LongestInterval,
            options.MaxRetryDelay,
            $"from RetryDelay ({options.RetryDelay}) to 1.00:00:00");
        faults.Unless(
            (options.StopTimeout >= TimeSpan.Zero && options.StopTimeout <= LongestInterval) || options.StopTimeout == Timeout.InfiniteTimeSpan,
            options.StopTimeout,
            "from zero to 1.00:00:00, or Timeout.InfiniteTimeSpan");
        return faults.ToResult();
    }
}
