namespace EventWatcher.Docker.Tests;

/// <summary>
/// One subscriber of the event store: a buffer of 1,024 events that publishers fill and one connection empties.
/// </summary>
internal sealed class LiveStream(HttpConnection connection, EventFilter filter, bool legacy, byte[] separator, bool hidesImageCreate)
{
    public const int BufferSize = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<StreamItem> _items = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cutNow = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _arrived;
    private int _pending;
    private bool _closed;

    public HttpConnection Connection => connection;

    public bool Legacy => legacy;

    public byte[] Separator => separator;

    /// <summary>Events that wait here for the connection to take them.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Cancelled when the stream must end although it is stalled or its client does not read.</summary>
    public CancellationToken CutNow => _cutNow.Token;

    /// <summary>How to end once <see cref="CutNow"/> is cancelled.</summary>
    public CutMode CutNowMode { get; private set; }

    /// <summary>Completes when the connection has let go of this stream.</summary>
    public Task Ended => _ended.Task;

    public bool Wants(FakeEvent e) =>
        (filter.IsEmpty || filter.Includes(e)) && !(hidesImageCreate && e.Type == "image" && e.Action == "create");

    /// <summary>Waits for room until the time-out; false when the item was not taken.</summary>
    public async ValueTask<bool> PostAsync(StreamItem item, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken = default)
    {
        if (TryPost(item, out var room))
        {
            return true;
        }

        var started = time.GetTimestamp();
        do
        {
            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - time.GetElapsedTime(started);
            if (timeout != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero)
            {
                return false;
            }

            try
            {
                await room.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return TryPost(item, out _);
            }
        }
        while (!TryPost(item, out room));

        return true;
    }

    /// <summary>Puts an item in whatever the buffer holds already; for cuts and raw bytes.</summary>
    public void Force(StreamItem item)
    {
        lock (_gate)
        {
            Enqueue(item);
        }
    }

    public bool TryTake(out StreamItem item, out Task arrived)
    {
        lock (_gate)
        {
            if (_items.TryDequeue(out item))
            {
                _pending -= item.Events;
                _room?.TrySetResult();
                _room = null;
                arrived = Task.CompletedTask;
                return true;
            }

            _arrived ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrived = _arrived.Task;
            return false;
        }
    }

    /// <summary>Ends the stream without regard to what waits in it.</summary>
    public void Cut(CutMode mode)
    {
        CutNowMode = mode;
        _cutNow.Cancel();
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _items.Clear();
            _pending = 0;
            _room?.TrySetResult();
            _room = null;
        }
    }

    public void End() => _ended.TrySetResult();

    private bool TryPost(StreamItem item, out Task room)
    {
        lock (_gate)
        {
            // A block larger than what is free goes in when the buffer is empty, or it never could.
            if (_closed || _pending + item.Events <= BufferSize || _pending == 0)
            {
                Enqueue(item);
                room = Task.CompletedTask;
                return true;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            return false;
        }
    }

    private void Enqueue(StreamItem item)
    {
        if (_closed)
        {
            return;
        }

        _items.Enqueue(item);
        _pending += item.Events;
        _arrived?.TrySetResult();
        _arrived = null;
    }
}
