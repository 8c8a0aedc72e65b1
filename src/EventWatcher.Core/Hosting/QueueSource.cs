namespace EventWatcher;

/// <summary>A watcher under the name it was added by, which remembers the subscription that its queue makes.</summary>
internal sealed class QueueSource(string name, IWatcher watcher, TimeProvider timeProvider) : IWatcher
{
    private readonly Lock _gate = new();
    private WatchStream? _stream;
    private long _since;
    private bool _hasFailed;

    public string Name { get; } = name;

    /// <summary>Gets the subscription, once the queue has started.</summary>
    public WatchStream? Stream
    {
        get
        {
            lock (_gate)
            {
                return _stream;
            }
        }
    }

    public WatchState State
    {
        get
        {
            lock (_gate)
            {
                return _hasFailed ? WatchState.Failed : _stream?.State ?? WatchState.Connecting;
            }
        }
    }

    /// <summary>Gets how long ago the subscription began; zero before it.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_gate)
            {
                return _stream is null ? TimeSpan.Zero : timeProvider.GetElapsedTime(_since);
            }
        }
    }

    public WatchStream Watch(CancellationToken cancellationToken = default)
    {
        try
        {
            var stream = watcher.Watch(cancellationToken);
            lock (_gate)
            {
                _since = timeProvider.GetTimestamp();
                _stream = stream;
            }

            return stream;
        }
        catch (Exception)
        {
            lock (_gate)
            {
                _hasFailed = true;
            }

            throw;
        }
    }
}
