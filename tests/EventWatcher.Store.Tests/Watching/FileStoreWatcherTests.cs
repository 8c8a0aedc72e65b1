using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>The watchers' tests again, on files.</summary>
internal sealed class WatchedFileStore : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("eventwatcher-store-");

    public async Task<IEventStore> OpenAsync(EventStoreSetup setup) => await FileEventStore.OpenAsync(
        new FileEventStoreOptions
        {
            Path = _folder.FullName,
            SegmentBytes = 64 * 1024,
            LongPollTimeout = setup.LongPollTimeout,
            CollectionAge = setup.CollectionAge,
            CollectionInterval = setup.CollectionInterval,
        },
        setup.Serializer,
        setup.TimeProvider);

    public static Task CollectAsync(IEventStore store) => ((FileEventStore)store).CollectAsync();

    public void Dispose() => _folder.Delete(recursive: true);
}

public sealed class FileReplayTests : ReplayTests, IDisposable
{
    private readonly WatchedFileStore _files = new();

    public void Dispose() => _files.Dispose();

    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => _files.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => WatchedFileStore.CollectAsync(store);
}

public sealed class FileFailureTests : FailureTests, IDisposable
{
    private readonly WatchedFileStore _files = new();

    public void Dispose() => _files.Dispose();

    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => _files.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => WatchedFileStore.CollectAsync(store);
}

public sealed class FileStoppingTests : StoppingTests, IDisposable
{
    private readonly WatchedFileStore _files = new();

    public void Dispose() => _files.Dispose();

    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => _files.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => WatchedFileStore.CollectAsync(store);
}

public sealed class FileCheckpointTests : CheckpointTests, IDisposable
{
    private readonly WatchedFileStore _files = new();

    public void Dispose() => _files.Dispose();

    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => _files.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => WatchedFileStore.CollectAsync(store);
}

public sealed class FileManagerTests : ManagerTests, IDisposable
{
    private readonly WatchedFileStore _files = new();

    public void Dispose() => _files.Dispose();

    protected override Task<IEventStore> OpenStoreAsync(EventStoreSetup setup) => _files.OpenAsync(setup);

    protected override Task CollectAsync(IEventStore store) => WatchedFileStore.CollectAsync(store);
}
