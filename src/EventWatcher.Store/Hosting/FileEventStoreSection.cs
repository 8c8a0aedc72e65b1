using Microsoft.Extensions.Configuration;

namespace EventWatcher.Store;

/// <summary>What a store's configuration section may say.</summary>
internal static class FileEventStoreSection
{
    /// <summary>The key of the watchers whose events are appended.</summary>
    public const string Append = "Append";

    /// <summary>The key below which the store's watchers stand by their ids.</summary>
    public const string Watchers = "Watchers";

    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(FileEventStoreOptions))
        .Any(Append)
        .Any(Watchers)
        .Text(nameof(FileEventStoreOptions.Path))
        .Choice<EventStoreDurability>(nameof(FileEventStoreOptions.Durability))
        .Duration(nameof(FileEventStoreOptions.FlushInterval))
        .Integer<long>(nameof(FileEventStoreOptions.SegmentBytes))
        .Integer<int>(nameof(FileEventStoreOptions.MaxEventBytes))
        .Integer<int>(nameof(FileEventStoreOptions.MaxPendingBytes))
        .Integer<int>(nameof(FileEventStoreOptions.CacheBytes))
        .Duration(nameof(FileEventStoreOptions.LongPollTimeout))
        .Duration(nameof(FileEventStoreOptions.CollectionAge))
        .DurationOrInfinite(nameof(FileEventStoreOptions.CollectionInterval))
        .Integer<long>(nameof(FileEventStoreOptions.MaxBytes))
        .Duration(nameof(FileEventStoreOptions.MaxAge))
        .Flag(nameof(FileEventStoreOptions.IsReadOnly));
}
