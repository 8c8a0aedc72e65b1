using Microsoft.Extensions.Configuration;

namespace EventWatcher.Store;

/// <summary>What a store's configuration section may say.</summary>
internal static class FileEventStoreSection
{
    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(FileEventStoreOptions))
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
