using System.Runtime.CompilerServices;

namespace EventWatcher.Idle;

/// <summary>The wake events of one container: the latest ones, and those to come.</summary>
/// <remarks>Thread-safe. The history is bounded; whoever is slower than that misses the oldest.</remarks>
public sealed class WakeEventLog
{
    /// <summary>How many events are remembered.</summary>
    public const int Capacity = 64;

    /// <summary>How many may read at the same time.</summary>
    public const int MaxReaders = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<WakeEvent> _history = new();
    private readonly long _firstId;
    private long _lastId;
    private int _readers;
    private TaskCompletionSource? _more;
    private bool _isEnded;

    internal WakeEventLog(DateTimeOffset now)
    {
        // Larger than what a process before this one gave out, so that a reader that comes back with an old id is understood.
        _firstId = now.ToUnixTimeMilliseconds() * 1_000;
        _lastId = _firstId;
    }

    /// <summary>Gets the number of the latest event; where there was none yet, a number below that of the first.</summary>
    public long LastId
    {
        get
        {
            lock (_gate)
            {
                return _lastId;
            }
        }
    }

    /// <summary>Gets the latest event; null where there was none.</summary>
    public WakeEvent? Latest
    {
        get
        {
            lock (_gate)
            {
                return _history.LastOrDefault();
            }
        }
    }

    /// <summary>Returns what is remembered.</summary>
    /// <param name="afterId">Only later events than this one.</param>
    /// <returns>The events, the earliest first.</returns>
    public IReadOnlyList<WakeEvent> GetHistory(long afterId = 0)
    {
        lock (_gate)
        {
            var after = Known(afterId);
            return [.. _history.Where(item => item.Id > after)];
        }
    }

    /// <summary>Reads what is remembered and then what comes, until the watcher ends or the token is cancelled.</summary>
    /// <param name="afterId">Only later events than this one; <see cref="LastId"/> for nothing that is past.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events, in order, each once.</returns>
    /// <exception cref="InvalidOperationException"><see cref="MaxReaders"/> read already.</exception>
    public async IAsyncEnumerable<WakeEvent> ReadAsync(long afterId = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            afterId = Known(afterId);
            _readers = _readers < MaxReaders ? _readers + 1 : throw new InvalidOperationException($"{MaxReaders} readers follow this container's wake events already.");
        }

        try
        {
            while (true)
            {
                WakeEvent[] found;
                Task more;
                lock (_gate)
                {
                    found = [.. _history.Where(item => item.Id > afterId)];
                    if (_isEnded && found.Length == 0)
                    {
                        yield break;
                    }

                    more = (_more ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }

                foreach (var item in found)
                {
                    afterId = item.Id;
                    yield return item;
                }

                if (found.Length == 0)
                {
                    await more.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers--;
            }
        }
    }

    internal void Add(Func<long, WakeEvent> create)
    {
        TaskCompletionSource? more;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            if (_history.Count == Capacity)
            {
                _history.Dequeue();
            }

            _history.Enqueue(create(++_lastId));
            (more, _more) = (_more, null);
        }

        more?.TrySetResult();
    }

    // One that was never given out here is of a process whose clock was ahead: everything is news to who has it.
    private long Known(long id) => id > _lastId ? 0 : id;

    internal void End()
    {
        TaskCompletionSource? more;
        lock (_gate)
        {
            _isEnded = true;
            (more, _more) = (_more, null);
        }

        more?.TrySetResult();
    }
}
