using System.Collections.Concurrent;
using System.Globalization;
using EventWatcher.Files;

namespace EventWatcher.IntegrationTests;

/// <summary>A tree that changes all the time, watched with a buffer that is too small by a consumer that is slow now and then.</summary>
internal sealed class FilesSoak : ISoakPart
{
    private const int Directories = 5;
    private const int Files = 20;

    private readonly string _root = Directory.CreateTempSubdirectory("ew-soak-").FullName;
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly DirectoryWatcher _watcher;
    private readonly WatchStream _stream;
    private readonly Task _reading;
    private int _read;

    public FilesSoak()
    {
        _watcher = new DirectoryWatcher(new DirectoryWatcherOptions { Path = _root, Recursive = true, Capacity = 64, SettleTime = TimeSpan.FromMilliseconds(10) });
        _stream = _watcher.Watch();
        _reading = ReadAsync();
    }

    public async Task StirAsync(Random random, CancellationToken stop)
    {
        await _stream.Ready.WaitAsync(Deadline.Generous, CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            Change(random);
            if (random.Next(20) == 0)
            {
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(random.Next(30)), stop));
            }
        }
    }

    public async Task SettleAsync()
    {
        await _watcher.FlushAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await Deadline.UntilAsync(
            () => _known.Keys.Order(StringComparer.Ordinal).SequenceEqual(Truth(), StringComparer.Ordinal),
            () => $"the tree as it is. Only there: {string.Join(", ", Truth().Except(_known.Keys, StringComparer.Ordinal))}; only known: {string.Join(", ", _known.Keys.Except(Truth(), StringComparer.Ordinal))}",
            TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
        Directory.Delete(_root, recursive: true);
    }

    private IEnumerable<string> Truth() => Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_root, path)).Order(StringComparer.Ordinal);

    private void Change(Random random)
    {
        var directory = Path.Combine(_root, "d" + random.Next(Directories).ToString(CultureInfo.InvariantCulture));
        var file = Path.Combine(directory, "f" + random.Next(Files).ToString(CultureInfo.InvariantCulture));
        switch (random.Next(12))
        {
            case 0 when Directory.Exists(directory):
                Directory.Delete(directory, recursive: true);
                break;
            case 1 when Directory.Exists(directory):
                var other = directory + "-moved";
                if (Directory.Exists(other))
                {
                    Directory.Delete(other, recursive: true);
                }

                Directory.Move(directory, other);
                break;
            case 2 or 3 when File.Exists(file):
                File.Delete(file);
                break;
            case 4 when File.Exists(file):
                File.Move(file, file + "-moved", overwrite: true);
                break;
            default:
                _ = Directory.CreateDirectory(directory);
                File.WriteAllText(file, random.Next().ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var item in _stream.ReadAllAsync(static _ => ValueTask.CompletedTask))
        {
            if (++_read % 500 == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            if (item.Action.IsForceReload)
            {
                Reload();
                continue;
            }

            if (item.ActorAttributes.TryGetValue(FileAttributeNames.OldName, out var old))
            {
                Forget(old);
            }

            if (item.Action == EventAction.FileDeleted)
            {
                Forget(item.ActorName);
            }
            else
            {
                _known[item.ActorName] = true;
                if (old is not null)
                {
                    Learn(item.ActorName);
                }
            }
        }
    }

    /// <summary>What is in a directory that was renamed goes along, and is what is there now: after a force-reload the old name's content may be newer than the renaming.</summary>
    private void Learn(string directory)
    {
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(_root, directory)))
            {
                _known[Path.GetRelativePath(_root, path)] = true;
            }
        }
        catch (IOException)
        {
            // A file, or gone again: an event tells of that.
            return;
        }
    }

    /// <summary>As everybody does on a force-reload: what is there now is read, and events of later changes follow.</summary>
    private void Reload()
    {
        while (true)
        {
            try
            {
                var truth = Truth().ToList();
                _known.Clear();
                truth.ForEach(path => _known[path] = true);
                return;
            }
            catch (IOException)
            {
                // A directory went away while it was listed: once more.
                continue;
            }
        }
    }

    private void Forget(string name)
    {
        foreach (var path in _known.Keys.Where(path => path == name || path.StartsWith(name + "/", StringComparison.Ordinal)))
        {
            _ = _known.TryRemove(path, out _);
        }
    }
}
