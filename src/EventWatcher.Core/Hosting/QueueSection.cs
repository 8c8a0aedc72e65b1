namespace EventWatcher;

/// <summary>What a queue's configuration section may say.</summary>
internal static class QueueSection
{
    // Not Name, which is that of the registration, and not Coalesce, which is code.
    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(EventQueueOptions))
        .Duration(nameof(EventQueueOptions.FlushInterval))
        .Integer<int>(nameof(EventQueueOptions.MaxBatchSize))
        .Integer<int>(nameof(EventQueueOptions.Capacity))
        .Choice<QueueOverflow>(nameof(EventQueueOptions.Overflow))
        .Duration(nameof(EventQueueOptions.QuietPeriod))
        .Flag(nameof(EventQueueOptions.DrainOnStop))
        .Choice<FlushFailureMode>(nameof(EventQueueOptions.FlushFailure))
        .Duration(nameof(EventQueueOptions.RetryDelay))
        .Duration(nameof(EventQueueOptions.MaxRetryDelay))
        .Flag(nameof(EventQueueOptions.CompleteWhenSourcesEnd))
        .DurationOrInfinite(nameof(EventQueueOptions.StopTimeout));
}
