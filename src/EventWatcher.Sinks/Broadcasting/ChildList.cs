namespace EventWatcher.Sinks;

/// <summary>
/// The children of a sink with several, copied on every change: who reads takes the array as it is, without a lock, and
/// nothing that happens to the list meanwhile disturbs the reading.
/// </summary>
internal sealed class ChildList<T>
{
    private readonly Lock _gate = new();
    private volatile Child[] _children = [];
    private volatile Child[] _sealed = [];
    private bool _isSealed;

    public Child[] Current => _children;

    /// <summary>Gets how many items wait in the child inside of which the caller is called, also when it is being closed; else null.</summary>
    public long? PendingSeenFromInside
    {
        get
        {
            long? pending = null;
            foreach (var child in (Child[])[.. _children, .. _sealed])
            {
                if (child.Sink is IClosable { PendingSeenFromInside: { } waiting })
                {
                    pending = (pending ?? 0) + waiting;
                }
            }

            return pending;
        }
    }

    /// <summary>Adds a child, unless it is there.</summary>
    /// <returns>Null where the list takes no more.</returns>
    public bool? Add(ISink<T> sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            if (_isSealed)
            {
                return null;
            }

            if (IndexOf(sink) >= 0)
            {
                return false;
            }

            _children = [.. _children, new Child(sink)];
            return true;
        }
    }

    /// <summary>Adds several at once, those that are there or come twice only once.</summary>
    public void AddRange(IEnumerable<ISink<T>> sinks)
    {
        lock (_gate)
        {
            var known = new HashSet<ISink<T>>(_children.Select(static child => child.Sink), ReferenceEqualityComparer.Instance);
            List<Child> all = [.. _children];
            foreach (var sink in sinks)
            {
                ArgumentNullException.ThrowIfNull(sink, nameof(sinks));
                if (known.Add(sink))
                {
                    all.Add(new Child(sink));
                }
            }

            _children = [.. all];
        }
    }

    public bool Remove(ISink<T> sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            var index = IndexOf(sink);
            if (index < 0)
            {
                return false;
            }

            _children = [.. _children.AsSpan(0, index), .. _children.AsSpan(index + 1)];
            return true;
        }
    }

    /// <summary>Takes all children out, and no new ones in from now on.</summary>
    public Child[] Seal()
    {
        lock (_gate)
        {
            _isSealed = true;
            _sealed = _children;
            _children = [];
            return _sealed;
        }
    }

    private int IndexOf(ISink<T> sink) => Array.FindIndex(_children, child => ReferenceEquals(child.Sink, sink));

    /// <summary>
    /// A child and its write as a delegate: with several types of sink in one list a delegate is called faster than an
    /// interface.
    /// </summary>
    public readonly struct Child(ISink<T> sink)
    {
        public readonly Func<T, CancellationToken, ValueTask> Write = sink.WriteAsync;

        public readonly ISink<T> Sink = sink;
    }
}
