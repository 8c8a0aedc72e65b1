namespace EventWatcher.Docker.Tests;

/// <summary>The faults that are set on an engine, at any time. Thread-safe.</summary>
internal sealed class FakeEngineFaults
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];
    private int _drop;
    private int _corrupt;
    private int _repeat;
    private Func<byte[], byte[]> _corruption = Halve;
    private TaskCompletionSource? _stall;

    /// <summary>For every event stream (without <c>until</c>) that no planned fault meets.</summary>
    public Fault Streams { get; set; } = Fault.None;

    /// <summary>For every bounded read of events (with <c>until</c>) that no planned fault meets.</summary>
    public Fault Reads { get; set; } = Fault.None;

    /// <summary>For every other request that no planned fault meets.</summary>
    public Fault Calls { get; set; } = Fault.None;

    /// <summary>Writes to event streams vanish: a connection that is open only at the client's end.</summary>
    public bool Swallow { get; set; }

    /// <summary>Completes when event streams may be written to.</summary>
    public Task Unstalled => Volatile.Read(ref _stall)?.Task ?? Task.CompletedTask;

    public bool IsStalled => !Unstalled.IsCompleted;

    /// <summary>The next event streams (without <c>until</c>) get this fault.</summary>
    public void NextStreams(int count, Fault fault) => Next(count, fault, r => r.IsEventStream);

    /// <summary>The next bounded reads of events (with <c>until</c>) get this fault.</summary>
    public void NextReads(int count, Fault fault) => Next(count, fault, r => r.IsBoundedRead);

    /// <summary>The next requests that match get this fault.</summary>
    public void Next(int count, Fault fault, Func<RecordedRequest, bool>? match = null)
    {
        lock (_gate)
        {
            _planned.Add(new Planned { Left = count, Fault = fault, Match = match ?? (static _ => true) });
        }
    }

    public void DropNext(int count = 1) => Interlocked.Add(ref _drop, count);

    public void RepeatNext(int count = 1) => Interlocked.Add(ref _repeat, count);

    /// <summary>Spoils the next events on live streams; by default only the first half of the JSON is sent.</summary>
    public void CorruptNext(int count = 1, Func<byte[], byte[]>? how = null)
    {
        _corruption = how ?? Halve;
        Interlocked.Add(ref _corrupt, count);
    }

    /// <summary>Stops all writing to event streams; their sockets stay open.</summary>
    public void Stall() => Interlocked.CompareExchange(ref _stall, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Unstall() => Interlocked.Exchange(ref _stall, null)?.TrySetResult();

    /// <summary>Back to a sound engine; faults that requests already met stay with them.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _planned.Clear();
        }

        Streams = Reads = Calls = Fault.None;
        Swallow = false;
        _drop = _corrupt = _repeat = 0;
        Unstall();
    }

    internal Fault Take(RecordedRequest request)
    {
        lock (_gate)
        {
            var planned = _planned.Find(p => p.Match(request));
            if (planned is null)
            {
                return request.IsEventStream ? Streams : request.IsBoundedRead ? Reads : Calls;
            }

            if (--planned.Left == 0)
            {
                _planned.Remove(planned);
            }

            return planned.Fault;
        }
    }

    internal LiveFault TakeLive() =>
        TakeOne(ref _drop) ? LiveFault.Drop
        : TakeOne(ref _corrupt) ? LiveFault.Corrupt
        : TakeOne(ref _repeat) ? LiveFault.Repeat
        : LiveFault.None;

    internal byte[] Corrupt(ReadOnlyMemory<byte> bytes) => _corruption(bytes.ToArray());

    private static byte[] Halve(byte[] bytes) => bytes[..(bytes.Length / 2)];

    private static bool TakeOne(ref int counter)
    {
        while (Volatile.Read(ref counter) is > 0 and var seen)
        {
            if (Interlocked.CompareExchange(ref counter, seen - 1, seen) == seen)
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Planned
    {
        public int Left { get; set; }

        public required Fault Fault { get; init; }

        public required Func<RecordedRequest, bool> Match { get; init; }
    }
}
