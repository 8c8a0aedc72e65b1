using System.Text;
using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store.Tests;

/// <summary>What tests of the file store do again and again.</summary>
internal static class FileStores
{
    /// <summary>A file as small as there is, in tests that fill some.</summary>
    public const long SmallSegment = 64 * 1024;

    public static FileEventStoreOptions Options(string path) => new()
    {
        Path = path,
        SegmentBytes = SmallSegment,
        CollectionInterval = Timeout.InfiniteTimeSpan,
        LongPollTimeout = TimeSpan.Zero,
    };

    public static FileEventStore Open(CrashingDisk disk, FileEventStoreOptions? options = null, TimeProvider? timeProvider = null, ILogger? logger = null)
    {
        var storage = disk.NewProcess();
        return FileEventStore.Open(storage, storeLock: null, options ?? Options(storage.Name), serializer: null, timeProvider, logger);
    }

    public static NewEvent Event(string text, int padding = 0) =>
        NewEvent.FromPayload(StoreOperation.Create, "Text", Encoding.UTF8.GetBytes(text + new string(' ', padding)));

    public static string Text(this StoredEvent item) => Encoding.UTF8.GetString(item.Payload.Span).TrimEnd();

    public static async Task<List<StoredEvent>> ReadAllAsync(this IEventStore store, EventIterator iterator = default)
    {
        var events = new List<StoredEvent>();
        while (true)
        {
            var response = await store.GetEventsAsync(new GetEventsRequest { Iterator = iterator, LongPollTimeout = TimeSpan.Zero });
            if (response.Events.Count == 0)
            {
                return events;
            }

            events.AddRange(response.Events);
            iterator = response.NextIterator;
        }
    }

    /// <summary>Appends events "1", "2" and so on, as the store numbers them.</summary>
    public static async Task AppendAsync(this IEventStore store, int count, int padding = 0)
    {
        var next = await store.GetLatestSequenceNumberAsync() + 1;
        for (var number = next; number < next + count; number++)
        {
            Assert.Equal(number, await store.StoreEventAsync(Event($"{number}", padding)));
        }
    }

    /// <summary>Ends a store's process without closing it, and lets go of what is left of it.</summary>
    public static async Task KillAsync(this FileEventStore store, CrashingDisk disk)
    {
        disk.Kill();
        await Eventually.EndsAsync(store.CloseAsync());
    }
}
