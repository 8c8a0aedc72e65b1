using Microsoft.Extensions.Configuration;

namespace EventWatcher;

/// <summary>What a queue's configuration section may say.</summary>
internal static class QueueSection
{
    /// <summary>The key of the watchers that the queue takes.</summary>
    public const string From = "From";

    // Not Name, which is that of the registration, and not Coalesce, which is code.
    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(EventQueueOptions))
        .Any(From)
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

    /// <summary>Gets the watchers' names with their keys; null where nothing is said of them. An empty list is none.</summary>
    public static IReadOnlyList<IConfigurationSection>? Sources(IConfigurationSection section)
    {
        var from = section.GetSection(From);
        var words = from.GetChildren().Prepend(from).Where(static word => !string.IsNullOrWhiteSpace(word.Value)).ToList();
        return words.Count == 0 && from.Value is null ? null : words;
    }
}
