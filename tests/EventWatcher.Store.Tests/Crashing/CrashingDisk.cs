namespace EventWatcher.Store.Tests;

/// <summary>
/// A disk with a directory of files that outlives the processes that use it. A process that is killed leaves what it
/// wrote in the system's cache; a power cut takes, tears and reorders what was not flushed, names among it.
/// </summary>
internal sealed class CrashingDisk(Random random)
{
    private readonly Lock _gate = new();
    private readonly List<(string Name, CrashingFile? File)[]> _unflushedNames = [];
    private readonly Dictionary<string, CrashingFile> _durableNames = new(StringComparer.Ordinal);
    private Dictionary<string, CrashingFile> _names = new(StringComparer.Ordinal);
    private long _operationsLeft = long.MaxValue;
    private long _flushesLeft = long.MaxValue;
    private int _life;

    /// <summary>Gets or sets how many bytes all files may take.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Gets or sets what happens before a flush, while nothing else of the disk is held up.</summary>
    public Action? BeginFlushing { get; set; }

    /// <summary>Gets what a flush may wait for.</summary>
    public ManualResetEventSlim HeldUp { get; } = new();

    /// <summary>Gets a value indicating whether a flush is under way.</summary>
    public bool IsFlushing { get; private set; }

    /// <summary>Gets how many operations there were.</summary>
    public long Operations { get; private set; }

    /// <summary>Gets how many flushes there were.</summary>
    public long Flushes { get; private set; }

    /// <summary>Gets the files that there are.</summary>
    public IReadOnlyDictionary<string, CrashingFile> Files
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, CrashingFile>(_names, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Begins the life of a process: the storage it uses. Those of processes before it are dead.</summary>
    public CrashingStorage NewProcess()
    {
        lock (_gate)
        {
            _operationsLeft = long.MaxValue;
            _flushesLeft = long.MaxValue;
            return new CrashingStorage(this, ++_life);
        }
    }

    /// <summary>Puts a file there, as if it had always been.</summary>
    public void Put(string name, byte[] content)
    {
        lock (_gate)
        {
            var file = new CrashingFile();
            file.Tamper(content);
            _names[name] = _durableNames[name] = file;
        }
    }

    /// <summary>After so many more operations the machine is off.</summary>
    public void CutPowerAfter(long operations)
    {
        lock (_gate)
        {
            _operationsLeft = operations;
        }
    }

    /// <summary>After so many more flushes the next one fails.</summary>
    public void FailFlushAfter(long flushes)
    {
        lock (_gate)
        {
            _flushesLeft = flushes;
        }
    }

    /// <summary>The process is gone from one operation to the next; the system is not.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _life++;
        }
    }

    /// <summary>The power is off and on again.</summary>
    public void LosePower()
    {
        lock (_gate)
        {
            _life++;
            foreach (var file in _names.Values.Concat(_durableNames.Values).Concat(_unflushedNames.SelectMany(static change => change).Select(static change => change.File).OfType<CrashingFile>()).Distinct().ToArray())
            {
                file.LosePower(random);
            }

            foreach (var change in _unflushedNames)
            {
                if (random.Next(2) == 0)
                {
                    Apply(_durableNames, change);
                }
            }

            _unflushedNames.Clear();
            _names = new Dictionary<string, CrashingFile>(_durableNames, StringComparer.Ordinal);
        }
    }

    /// <summary>Begins an operation of a process; nothing else happens on the disk until it ends.</summary>
    /// <exception cref="PowerCutException">The process or the power is gone.</exception>
    public Lock.Scope Begin(int life)
    {
        var scope = _gate.EnterScope();
        Operations++;
        if (life == _life && --_operationsLeft >= 0)
        {
            return scope;
        }

        scope.Dispose();
        throw new PowerCutException();
    }

    public void PrepareFlush()
    {
        if (BeginFlushing is { } begin)
        {
            IsFlushing = true;
            begin();
            IsFlushing = false;
        }
    }

    public CrashingFile? Find(string name) => _names.GetValueOrDefault(name);

    public string[] List() => [.. _names.Keys];

    public void Change(params (string Name, CrashingFile? File)[] change)
    {
        Apply(_names, change);
        _unflushedNames.Add(change);
    }

    public void Grow(CrashingFile file, long length)
    {
        if (_names.Values.Sum(static other => (long)other.Length) + length - file.Length > Capacity)
        {
            throw new IOException("No space left on device");
        }

        file.SetLength(length);
    }

    public void Flush(CrashingFile file)
    {
        Flushes++;
        if (--_flushesLeft < 0)
        {
            _flushesLeft = long.MaxValue;
            file.FailFlush(random);
            throw new IOException("Input/output error");
        }

        file.Flush();
    }

    public void FlushNames()
    {
        Flushes++;
        if (--_flushesLeft < 0)
        {
            _flushesLeft = long.MaxValue;
            throw new IOException("Input/output error");
        }

        _unflushedNames.ForEach(change => Apply(_durableNames, change));
        _unflushedNames.Clear();
    }

    private static void Apply(Dictionary<string, CrashingFile> names, (string Name, CrashingFile? File)[] change)
    {
        foreach (var (name, file) in change)
        {
            if (file is null)
            {
                _ = names.Remove(name);
            }
            else
            {
                names[name] = file;
            }
        }
    }
}
