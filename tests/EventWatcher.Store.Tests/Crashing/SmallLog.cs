using System.Text;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>A log of a few events in two segments, with checkpoints, as files in memory that can be tampered with.</summary>
internal sealed class SmallLog
{
    public const int Events = 12;
    public const string Watcher = "watcher";
    public const long Checkpoint = 7;

    private SmallLog(IReadOnlyDictionary<string, byte[]> files) => Files = files;

    /// <summary>Gets the content of the files.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    public static async Task<SmallLog> CreateAsync(bool isClosed)
    {
        var disk = new CrashingDisk(new Random(1));
        var store = Open(disk);
        for (var number = 1; number <= Events; number += 2)
        {
            _ = await store.StoreEventAsync(Event(number));
            _ = await store.StoreEventAsync(Event(number + 1));
        }

        await store.StoreCheckpointAsync(Watcher, 3);
        await store.StoreCheckpointAsync(Watcher, Checkpoint);
        if (!isClosed)
        {
            disk.Kill();
        }

        await Eventually.EndsAsync(store.CloseAsync());
        return new SmallLog(disk.Files.ToDictionary(static file => file.Key, static file => file.Value.ToArray(), StringComparer.Ordinal));
    }

    public static FileEventStore Open(CrashingDisk disk, bool isReadOnly = false)
    {
        var storage = disk.NewProcess();
        return FileEventStore.Open(
            storage,
            storeLock: null,
            new FileEventStoreOptions { Path = storage.Name, SegmentBytes = 4096, CollectionInterval = Timeout.InfiniteTimeSpan, IsReadOnly = isReadOnly },
            serializer: null,
            timeProvider: null,
            logger: null);
    }

    public static byte[] Payload(long number) => Encoding.ASCII.GetBytes($"event {number} " + new string((char)('a' + number), 600));

    /// <summary>Puts the files on a disk, one of them with another content.</summary>
    public CrashingDisk ToDisk(string? name = null, byte[]? content = null)
    {
        var disk = new CrashingDisk(new Random(1));
        foreach (var (other, bytes) in Files)
        {
            disk.Put(other, other == name ? content! : bytes);
        }

        return disk;
    }

    private static NewEvent Event(long number) => NewEvent.FromPayload(StoreOperation.Update, "Thing", Payload(number));
}
