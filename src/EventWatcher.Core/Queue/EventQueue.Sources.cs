namespace EventWatcher;

// Sources: each attached stream has a pump for its events and one for its errors.
public sealed partial class EventQueue
{
    private readonly List<WatchStream> _sources = [];
    private readonly List<IWatcher> _watchersToStart = [];
    private readonly List<WatchStream> _streamsToPump = [];
    private readonly List<Task> _pumps = [];
    private readonly List<Task> _endingStreams = [];
    private int _liveSources;
    private bool _sourcesHaveEnded;

    /// <summary>Gets the streams the queue reads, for looking at their state.</summary>
    public IReadOnlyList<WatchStream> Sources
    {
        get
        {
            lock (_gate)
            {
                return [.. _sources];
            }
        }
    }

    /// <summary>Watches with this watcher for as long as the queue runs; from its start where it does not run yet.</summary>
    /// <param name="watcher">The watcher.</param>
    /// <exception cref="InvalidOperationException">The queue is stopping or has ended.</exception>
    public void Attach(IWatcher watcher)
    {
        ArgumentNullException.ThrowIfNull(watcher);
        lock (_gate)
        {
            ThrowIfEnding();
            CountSource();
            if (_phase == Phase.Created)
            {
                _watchersToStart.Add(watcher);
                return;
            }
        }

        StartPump(watcher);
    }

    /// <summary>Reads this stream, and ends it when the queue stops.</summary>
    /// <param name="stream">The stream, which is the queue's from now on.</param>
    /// <exception cref="InvalidOperationException">The queue is stopping or has ended.</exception>
    public void Attach(WatchStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_gate)
        {
            ThrowIfEnding();
            CountSource();
            if (_phase == Phase.Created)
            {
                _sources.Add(stream);
                _streamsToPump.Add(stream);
                return;
            }
        }

        StartPump(stream);
    }

    private void ThrowIfEnding()
    {
        if (_phase >= Phase.Stopping)
        {
            throw new InvalidOperationException($"Queue \"{Name}\" is stopping or has ended; make another one.");
        }
    }

    private void CountSource()
    {
        _liveSources++;
        _sourcesHaveEnded = false;
    }

    private void StartPump(IWatcher watcher)
    {
        WatchStream stream;
        try
        {
            stream = watcher.Watch(CancellationToken.None);
        }
        catch (Exception exception)
        {
            Track(Task.Run(async () =>
            {
                await ReportAsync(new WatcherException(watcher.GetType().Name, exception.Message, exception)).ConfigureAwait(false);
                OnSourceEnded();
            }));
            return;
        }

        StartPump(stream);
    }

    private void StartPump(WatchStream stream)
    {
        bool isLate;
        lock (_gate)
        {
            isLate = _phase >= Phase.Stopping;
            if (!_sources.Contains(stream))
            {
                _sources.Add(stream);
            }
        }

        if (isLate)
        {
            EndStream(stream);
        }
        else
        {
            Track(PumpAsync(stream));
        }
    }

    private void EndStream(WatchStream stream)
    {
        var ending = stream.DisposeAsync().AsTask();
        lock (_gate)
        {
            _endingStreams.Add(ending);
        }
    }

    private void Track(Task pump)
    {
        lock (_gate)
        {
            _pumps.RemoveAll(static task => task.IsCompleted);
            _pumps.Add(pump);
        }
    }

    private async Task PumpAsync(WatchStream stream)
    {
        await Task.WhenAll(PumpEventsAsync(stream), PumpErrorsAsync(stream)).ConfigureAwait(false);
        OnSourceEnded();
    }

    private async Task PumpEventsAsync(WatchStream stream)
    {
        while (await stream.Events.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (stream.Events.TryRead(out var item))
            {
                await EnqueueAsync(item).ConfigureAwait(false);
            }
        }
    }

    private async Task PumpErrorsAsync(WatchStream stream)
    {
        while (await stream.Errors.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (stream.Errors.TryRead(out var error))
            {
                await ReportAsync(error).ConfigureAwait(false);
            }
        }
    }

    private void OnSourceEnded()
    {
        var wake = false;
        lock (_gate)
        {
            _liveSources--;
            if (_liveSources == 0 && _options.CompleteWhenSourcesEnd)
            {
                _sourcesHaveEnded = true;
                wake = true;
            }
        }

        if (wake)
        {
            _signal.Set();
        }
    }
}
