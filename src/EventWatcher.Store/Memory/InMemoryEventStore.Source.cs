namespace EventWatcher.Store;

// The log as the reader sees it.
public sealed partial class InMemoryEventStore
{
    /// <summary>How many events a scan returns where no limit is asked for, so that no reader asks for the world by accident.</summary>
    private const int MostEvents = 10_000;

    /// <summary>How many events a scan looks at while it holds the lock.</summary>
    private const int Budget = 100_000;

    private sealed class Source(InMemoryEventStore store) : ILogSource
    {
        public SequenceRange Readable
        {
            get
            {
                lock (store._gate)
                {
                    return new SequenceRange(store._collected + 1, store.Latest);
                }
            }
        }

        public Task NextAppend
        {
            get
            {
                lock (store._gate)
                {
                    return store._isClosed
                        ? Task.CompletedTask
                        : (store._nextAppend ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }
        }

        public bool IsClosed => store._isClosed;

        public ValueTask<long> FindAsync(DateTimeOffset time, CancellationToken cancellationToken)
        {
            lock (store._gate)
            {
                // By halves: timestamps never go back.
                var (low, high) = (0, store._events.Count);
                while (low < high)
                {
                    var middle = low + ((high - low) / 2);
                    (low, high) = store._events[middle].Timestamp < time ? (middle + 1, high) : (low, middle);
                }

                return ValueTask.FromResult(store._collected + 1 + low);
            }
        }

        public ValueTask<LogScan> ScanAsync(long first, EventFilter filter, int limit, CancellationToken cancellationToken)
        {
            var matcher = new FilterMatcher(filter);
            var wanted = limit == 0 ? MostEvents : limit;
            var found = new List<StoredEvent>();
            lock (store._gate)
            {
                var index = first - store._collected - 1;
                var next = first;
                for (; index >= 0 && index < store._events.Count && found.Count < wanted && next - first < Budget; index++, next++)
                {
                    var item = store._events[(int)index];
                    if (matcher.Matches(item.Operation, item.ObjectType))
                    {
                        found.Add(item);
                    }
                }

                return ValueTask.FromResult(new LogScan(found, next));
            }
        }
    }
}
