namespace EventWatcher.Store;

/// <summary>The log as its readers see it: which files there are, and what of them is acknowledged. Safe from any thread.</summary>
internal sealed partial class EventLog : ILogSource
{
    private readonly Lock _gate = new();
    private readonly IStorage _storage;
    private readonly IEventSerializer _serializer;
    private readonly TimeProvider _timeProvider;
    private readonly RecentFrames _recent;
    private readonly Func<long>? _readHorizon;
    private readonly NameCache _names = new();
    private readonly ScanPlaces _places = new();
    private TaskCompletionSource? _nextAppend;
    private volatile Segment[] _segments;
    private volatile bool _isClosed;
    private long _first;
    private long _last;

    /// <summary>Initializes the log.</summary>
    /// <param name="storage">Where its files are.</param>
    /// <param name="serializer">What decodes its events.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cacheBytes">How many bytes of the latest frames are kept in memory.</param>
    /// <param name="segments">The files, oldest first.</param>
    /// <param name="readable">What is acknowledged and not collected.</param>
    /// <param name="readHorizon">Reads the horizon from the disk, where another process may move it; else null.</param>
    public EventLog(IStorage storage, IEventSerializer serializer, TimeProvider timeProvider, int cacheBytes, Segment[] segments, SequenceRange readable, Func<long>? readHorizon)
    {
        _storage = storage;
        _serializer = serializer;
        _timeProvider = timeProvider;
        _recent = new RecentFrames(cacheBytes);
        _readHorizon = readHorizon;
        _segments = segments;
        _first = readable.First;
        _last = readable.Last;
    }

    /// <summary>Gets the files, oldest first; the last one is being written.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    // The first is read first: it never passes what was the last at that time.
    public SequenceRange Readable => new(Volatile.Read(ref _first), Volatile.Read(ref _last));

    public bool IsClosed => _isClosed;

    public Task NextAppend
    {
        get
        {
            lock (_gate)
            {
                return _isClosed
                    ? Task.CompletedTask
                    : (_nextAppend ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>Gets the name of a file, for people.</summary>
    public string PathOf(string fileName) => Path.Combine(_storage.Name, fileName);

    /// <summary>Gets the number of the last event in one of the files.</summary>
    public static long LastOf(IReadOnlyList<Segment> segments, int index, SequenceRange readable) =>
        index + 1 < segments.Count ? segments[index + 1].First - 1 : readable.Last;

    /// <summary>Lets readers see a frame: it is acknowledged.</summary>
    public void Publish(FrameHeader header, ReadOnlySpan<byte> frame)
    {
        _recent.Add(header, frame);
        Volatile.Write(ref _last, header.Next - 1);
        Wake();
    }

    /// <summary>Adds the file that is written from now on.</summary>
    public void AddSegment(Segment segment)
    {
        lock (_gate)
        {
            _segments = [.. _segments, segment];
        }
    }

    /// <summary>Moves the horizon: older events are not seen any more.</summary>
    public void MoveHorizon(long first) => Volatile.Write(ref _first, first);

    /// <summary>Tells whether an event was collected; also by another process, beside which this one only reads.</summary>
    public bool IsCollected(long number)
    {
        if (Readable is var readable && readable.First <= number && _readHorizon is not null)
        {
            MoveHorizon(Math.Clamp(_readHorizon(), readable.First, readable.Last + 1));
        }

        return Readable.First > number;
    }

    /// <summary>Takes the files out of the log that are wholly below the horizon, and never the last one.</summary>
    public IReadOnlyList<Segment> RemoveCollected()
    {
        lock (_gate)
        {
            var kept = 0;
            while (kept + 1 < _segments.Length && _segments[kept + 1].First <= _first)
            {
                kept++;
            }

            var removed = _segments[..kept];
            _segments = _segments[kept..];
            return removed;
        }
    }

    /// <summary>Ends waiting reads; every later one is refused.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Wake();
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _nextAppend;
            _nextAppend = null;
        }

        waiting?.SetResult();
    }
}
