namespace EventWatcher.Docker.Tests;

/// <summary>
/// The engine's memory of events and its subscribers, after moby's: a ring of 256 events of all types, and a publisher
/// that waits 100 ms for a subscriber without room and then drops the event for that subscriber alone.
/// </summary>
internal sealed class EventStore(FakeEngineOptions options, FakeEngineFaults faults)
{
    public const int RingSize = 256;

    private readonly Lock _gate = new();
    private readonly Queue<FakeEvent> _ring = new();
    private readonly List<LiveStream> _streams = [];
    private long _dropped;
    private long _published;
    private TimeSpan _lastDelay;
    private TimeSpan _longestDelay;

    public long Published => Interlocked.Read(ref _published);

    public long Dropped => Interlocked.Read(ref _dropped);

    public (TimeSpan Last, TimeSpan Longest) Delays
    {
        get
        {
            lock (_gate)
            {
                return (_lastDelay, _longestDelay);
            }
        }
    }

    public IReadOnlyList<FakeEvent> Ring
    {
        get
        {
            lock (_gate)
            {
                return [.. _ring];
            }
        }
    }

    public IReadOnlyList<LiveStream> Streams
    {
        get
        {
            lock (_gate)
            {
                return [.. _streams];
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _ring.Clear();
        }
    }

    public void CountPublished(int events) => Interlocked.Add(ref _published, events);

    public void Append(FakeEvent e)
    {
        lock (_gate)
        {
            if (_ring.Count == RingSize)
            {
                _ring.Dequeue();
            }

            _ring.Enqueue(e);
        }
    }

    /// <summary>What the ring still has of the window, and the subscription, in one step.</summary>
    public IReadOnlyList<FakeEvent> Subscribe(long? since, long? until, LiveStream stream)
    {
        lock (_gate)
        {
            _streams.Add(stream);
            return Buffered(since, until, stream);
        }
    }

    public void Unsubscribe(LiveStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream);
        }

        stream.Close();
    }

    public async ValueTask PublishAsync(FakeEvent e)
    {
        Interlocked.Increment(ref _published);
        var fault = faults.TakeLive();
        if (fault == LiveFault.Drop)
        {
            return;
        }

        var started = options.TimeProvider.GetTimestamp();
        for (var copies = fault == LiveFault.Repeat ? 2 : 1; copies > 0; copies--)
        {
            await SendAsync(e, fault);
        }

        var took = options.TimeProvider.GetElapsedTime(started);
        lock (_gate)
        {
            _lastDelay = took;
            _longestDelay = took > _longestDelay ? took : _longestDelay;
        }
    }

    // The walk stops at the first event older than the window, even when newer ones (by their time) lie behind it: moby's does.
    private List<FakeEvent> Buffered(long? since, long? until, LiveStream stream)
    {
        var found = new List<FakeEvent>();
        if (since is null && until is null)
        {
            return found;
        }

        foreach (var e in _ring.Reverse())
        {
            if (e.TimeNano < (since ?? 0))
            {
                break;
            }

            if (!(until > 0 && e.TimeNano > until) && stream.Wants(e))
            {
                found.Add(e);
            }
        }

        found.Reverse();
        return found;
    }

    private async ValueTask SendAsync(FakeEvent e, LiveFault fault)
    {
        var waiting = new List<Task<bool>>();
        foreach (var stream in Streams)
        {
            if (!stream.Wants(e))
            {
                continue;
            }

            var bytes = e.Encode(stream.Legacy);
            var item = new StreamItem(fault == LiveFault.Corrupt ? faults.Corrupt(bytes) : bytes, 1, Separated: true);
            waiting.Add(stream.PostAsync(item, options.PublishTimeout, options.TimeProvider).AsTask());
        }

        foreach (var took in await Task.WhenAll(waiting))
        {
            if (!took)
            {
                Interlocked.Increment(ref _dropped);
            }
        }
    }
}
