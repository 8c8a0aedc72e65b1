using EventWatcher.Store;

namespace EventWatcher.Benchmarks;

/// <summary>A folder for stores on the disk that is asked about, removed at the end.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly string _path;

    public StoreFolder(string? parent) =>
        _path = parent is null
            ? Directory.CreateTempSubdirectory("ewf-bench-").FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"ewf-bench-{Guid.NewGuid():N}")).FullName;

    public string this[string name] => System.IO.Path.Combine(_path, name);

    public FileEventStore Open(string name, EventStoreDurability durability = EventStoreDurability.Flush, int? cacheBytes = null)
    {
        var options = new FileEventStoreOptions { Path = this[name], Durability = durability };
        options.CacheBytes = cacheBytes ?? options.CacheBytes;
        return FileEventStore.Open(options);
    }

    public void Remove(string name) => Directory.Delete(this[name], recursive: true);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
