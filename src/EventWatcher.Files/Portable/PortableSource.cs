using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventWatcher.Files;

/// <summary>
/// The framework's own watcher behind the same interface, for systems without the kernel's: one for each directory.
/// Knows no close, so that a change counts as one, and the settle time alone tells when it is whole. Thread-safe.
/// </summary>
internal sealed class PortableSource : IFileEventSource, IDisposable
{
    private const int NoEntry = 2;
    private const int BufferSize = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Watched> _watches = [];
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal);
    private int _lastWatch;
    private int _lastCookie;

    public bool TellsCloses => false;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It is kept in the table, and disposed with its last target.")]
    public int Add(string path, FileSignals signals, IFileEventTarget target, int token)
    {
        lock (_gate)
        {
            if (_byPath.TryGetValue(path, out var known))
            {
                if (!_watches[known].Targets.Contains((target, token)))
                {
                    _watches[known].Targets.Add((target, token));
                }

                return known;
            }

            if (!Directory.Exists(path))
            {
                return -NoEntry;
            }

            var watch = ++_lastWatch;
            try
            {
                var watched = new Watched(path, Start(watch, path));
                watched.Targets.Add((target, token));
                _watches.Add(watch, watched);
                _byPath.Add(path, watch);
                return watch;
            }
            catch (Exception exception) when (exception is IOException or ArgumentException)
            {
                return -NoEntry;
            }
        }
    }

    public void Remove(int watch, IFileEventTarget target, int token)
    {
        FileSystemWatcher? ended = null;
        lock (_gate)
        {
            if (_watches.TryGetValue(watch, out var watched) && watched.Targets.Remove((target, token)) && watched.Targets.Count == 0)
            {
                ended = Forget(watch, watched);
            }
        }

        ended?.Dispose();
    }

    public void Leave(IFileEventTarget target)
    {
        var ended = new List<FileSystemWatcher>();
        lock (_gate)
        {
            foreach (var (watch, watched) in _watches.ToArray())
            {
                if (watched.Targets.RemoveAll(one => ReferenceEquals(one.Target, target)) > 0 && watched.Targets.Count == 0)
                {
                    ended.Add(Forget(watch, watched));
                }
            }
        }

        ended.ForEach(static watcher => watcher.Dispose());
    }

    /// <summary>No order to rely on: whoever waits compares with the disk.</summary>
    public bool Barrier(IFileEventTarget target, TaskCompletionSource barrier) => false;

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var watched in _watches.Values)
            {
                watched.Watcher.Dispose();
            }

            _watches.Clear();
            _byPath.Clear();
        }
    }

    private FileSystemWatcher Start(int watch, string path)
    {
        var watcher = new FileSystemWatcher(path) { InternalBufferSize = BufferSize };
        watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime;
        watcher.Created += (_, change) => Tell(watch, FileSignals.Create, 0, change.FullPath, change.Name);
        watcher.Deleted += (_, change) => Tell(watch, FileSignals.Delete, 0, change.FullPath, change.Name);
        watcher.Changed += (_, change) => Tell(watch, FileSignals.CloseWrite, 0, change.FullPath, change.Name);
        watcher.Renamed += (_, change) =>
        {
            var cookie = (uint)Interlocked.Increment(ref _lastCookie);
            var kind = Directory.Exists(change.FullPath) ? FileSignals.IsDirectory : FileSignals.None;
            Tell(watch, FileSignals.MovedFrom | kind, cookie, change.OldFullPath, change.OldName);
            Tell(watch, FileSignals.MovedTo | kind, cookie, change.FullPath, change.Name);
        };
        watcher.Error += (_, _) => Fail(watch);
        try
        {
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }
    }

    private void Tell(int watch, FileSignals signals, uint cookie, string path, string? name)
    {
        if ((signals & (FileSignals.Create | FileSignals.CloseWrite)) != FileSignals.None && Directory.Exists(path))
        {
            signals |= FileSignals.IsDirectory;
        }

        var bytes = Encoding.UTF8.GetBytes(name ?? "");
        foreach (var (target, token) in TargetsOf(watch))
        {
            target.OnSignal(watch, token, signals, cookie, bytes);
        }
    }

    /// <summary>Its buffer was full, or its directory is gone.</summary>
    private void Fail(int watch)
    {
        var targets = TargetsOf(watch);
        FileSystemWatcher? ended = null;
        lock (_gate)
        {
            if (_watches.TryGetValue(watch, out var watched))
            {
                ended = Forget(watch, watched);
            }
        }

        ended?.Dispose();
        foreach (var (target, token) in targets)
        {
            target.OnSignal(watch, token, FileSignals.Ignored, 0, []);
            target.OnOverflow();
        }
    }

    private (IFileEventTarget Target, int Token)[] TargetsOf(int watch)
    {
        lock (_gate)
        {
            return _watches.TryGetValue(watch, out var watched) ? [.. watched.Targets] : [];
        }
    }

    private FileSystemWatcher Forget(int watch, Watched watched)
    {
        _watches.Remove(watch);
        _byPath.Remove(watched.Path);
        return watched.Watcher;
    }

    private sealed record Watched(string Path, FileSystemWatcher Watcher)
    {
        public List<(IFileEventTarget Target, int Token)> Targets { get; } = [];
    }
}
