using Microsoft.Extensions.Configuration;

namespace EventWatcher.Store;

/// <summary>What a store watcher's configuration section may say.</summary>
internal static class StoreWatcherSection
{
    private const string AllowedIterators = "trim-horizon, latest, at NUMBER, after NUMBER, or at TIME in ISO 8601";

    private static readonly OptionsSchema AutoCheckpoint = new OptionsSchema(nameof(AutoCheckpointOptions))
        .Integer<int>(nameof(AutoCheckpointOptions.Events))
        .Duration(nameof(AutoCheckpointOptions.Interval))
        .Flag(nameof(AutoCheckpointOptions.OnStop));

    private static readonly OptionsSchema Filter = new OptionsSchema(nameof(EventFilter))
        .Any(nameof(EventFilter.ObjectTypes))
        .Any(nameof(EventFilter.Operations));

    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(StoreWatcherOptions))
        .Value(nameof(StoreWatcherOptions.InitialIterator), AllowedIterators, static text => EventIterator.TryParse(text, out var iterator) ? iterator.ToString() : null)
        .Section(nameof(StoreWatcherOptions.Filter), Filter)
        .Integer<int>(nameof(StoreWatcherOptions.BatchSize))
        .Integer<int>(nameof(StoreWatcherOptions.BufferSize))
        .Duration(nameof(StoreWatcherOptions.InitialBackoff))
        .Duration(nameof(StoreWatcherOptions.MaxBackoff))
        .Choice<RetryStrategy>(nameof(StoreWatcherOptions.RetryStrategy))
        .Integer<int>(nameof(StoreWatcherOptions.MaxAttempts))
        .Section(nameof(StoreWatcherOptions.AutoCheckpoint), AutoCheckpoint)
        .Flag(nameof(StoreWatcherOptions.Ephemeral))
        .Flag(nameof(StoreWatcherOptions.AutoStart))
        .DurationOrInfinite(nameof(StoreWatcherOptions.StopTimeout));

    public static void Bind(IConfigurationSection section, StoreWatcherOptions options)
    {
        section.Bind(options);
        if (EventIterator.TryParse(section[nameof(StoreWatcherOptions.InitialIterator)], out var iterator))
        {
            options.InitialIterator = iterator;
        }

        var filter = section.GetSection(nameof(StoreWatcherOptions.Filter));
        if (filter.Exists())
        {
            options.Filter = new EventFilter
            {
                ObjectTypes = Words(filter.GetSection(nameof(EventFilter.ObjectTypes))),
                Operations = [.. Words(filter.GetSection(nameof(EventFilter.Operations))).Select(static word => new StoreOperation(word))],
            };
        }
    }

    /// <summary>Gets one word or a list of them.</summary>
    public static List<string> Words(IConfigurationSection section) =>
        [.. section.GetChildren().Select(static child => child.Value).Prepend(section.Value).OfType<string>().Where(static word => !string.IsNullOrWhiteSpace(word))];
}
