namespace EventWatcher.Store;

// What is told of a watcher.
public sealed partial class StoreWatcher
{
    private EventIterator _next;
    private long _lastProcessed;
    private DateTimeOffset? _lastProcessedTime;
    private DateTimeOffset? _lastListenTime;
    private long _latestSeen;
    private long _handled;
    private long _skipped;
    private long _missed;
    private int _handlerFailures;
    private int _readFailures;
    private Exception? _lastError;

    /// <summary>Gets how the watcher is doing. A snapshot, cheap.</summary>
    public StoreWatcherStatistics Statistics
    {
        get
        {
            // Asked before the lock: a store may have locks of its own.
            var latest = AnswerAtOnce(_store.GetLatestSequenceNumberAsync());
            var oldest = AnswerAtOnce(_store.GetOldestSequenceNumberAsync());
            var checkpoint = _checkpoint.Stored;
            lock (_gate)
            {
                _latestSeen = Math.Max(_latestSeen, latest ?? 0);
                var done = _next.Kind switch
                {
                    EventIteratorKind.AfterSequenceNumber => _next.SequenceNumber,
                    EventIteratorKind.AtSequenceNumber => _next.SequenceNumber - 1,
                    _ => (oldest ?? 1) - 1,
                };
                return new StoreWatcherStatistics
                {
                    Id = Id,
                    State = _state,
                    NextIterator = _next,
                    LastProcessedSequenceNumber = _lastProcessed,
                    LastProcessedEventTime = _lastProcessedTime,
                    LastListenTime = _lastListenTime,
                    Checkpoint = checkpoint,
                    Lag = Math.Max(0, _latestSeen - done),
                    Handled = _handled,
                    Skipped = _skipped,
                    Missed = _missed,
                    ConsecutiveFailures = _handlerFailures + _readFailures,
                    LastError = _lastError,
                };
            }
        }
    }

    /// <summary>Gets what a store knows without asking anybody; null from one that has to ask, or is closed.</summary>
    private static long? AnswerAtOnce(ValueTask<long> answer)
    {
        var task = answer.AsTask();
        if (task.IsCompletedSuccessfully)
        {
            return task.GetAwaiter().GetResult();
        }

        // Looked at when it comes, so that nobody is told of an unobserved exception.
        _ = task.ContinueWith(
            static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return null;
    }

    private void SetProcessed(StoredEvent item, bool isSkipped)
    {
        lock (_gate)
        {
            _lastProcessed = item.SequenceNumber;
            _lastProcessedTime = item.Timestamp;
            _handlerFailures = 0;
            _handled += isSkipped ? 0 : 1;
            _skipped += isSkipped ? 1 : 0;
        }
    }

    private void SetDone(EventIterator next)
    {
        lock (_gate)
        {
            _next = next;
        }
    }

    private void SetReadFailures(int failures)
    {
        lock (_gate)
        {
            _readFailures = failures;
        }
    }

    private void SetLastError(Exception exception)
    {
        lock (_gate)
        {
            _lastError = exception;
        }
    }
}
