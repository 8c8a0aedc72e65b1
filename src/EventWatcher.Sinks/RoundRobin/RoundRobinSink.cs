using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Writes each item to one of its children, the next in turn.</summary>
/// <remarks>
/// A child that is closed is skipped and removed; the item goes to the next one. What else a child throws, the writer
/// gets. Children may be added and removed at any time. Thread-safe.
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class RoundRobinSink<T> : Sink<T>
{
    private readonly ChildList<T> _children = new();
    private uint _next = uint.MaxValue;

    /// <summary>Initializes a round robin.</summary>
    /// <param name="children">The first children; one that comes twice is one. Null for none.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">Where removed children are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public RoundRobinSink(
        IEnumerable<ISink<T>>? children = null,
        SinkOptions? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
        : base("round-robin", options, logger, timeProvider) => _children.AddRange(children ?? []);

    /// <summary>Gets the children there are now, in the order in which they were added.</summary>
    public IReadOnlyList<ISink<T>> Children => [.. _children.Current.Select(static child => child.Sink)];

    /// <summary>Adds a child.</summary>
    /// <param name="sink">The child, which is closed with this sink unless it is removed before.</param>
    /// <returns>False where it is there already, which changes nothing.</returns>
    /// <exception cref="SinkClosedException">This sink is closed.</exception>
    public bool Add(ISink<T> sink) => _children.Add(sink) ?? throw new SinkClosedException(Name);

    /// <summary>Removes a child, without closing it.</summary>
    /// <param name="sink">The child.</param>
    /// <returns>False where it is not there.</returns>
    public bool Remove(ISink<T> sink) => _children.Remove(sink);

    private protected override async ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        while (_children.Current is { Length: > 0 } children)
        {
            var child = children[Interlocked.Increment(ref _next) % (uint)children.Length];
            try
            {
                await child.Write(item, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SinkClosedException)
            {
                if (_children.Remove(child.Sink))
                {
                    Log.ChildRemoved(Logger, Name, child.Sink.ToString() ?? "");
                }
            }
        }

        throw IsClosed ? new SinkClosedException(Name) : new NoSinksException(Name);
    }

    private protected override long? PendingSeenFromInside => _children.PendingSeenFromInside;

    private protected override Task<long> CloseCoreAsync(Deadline deadline) =>
        ChildClosing.CloseAllAsync(_children.Seal().Select(static child => child.Sink), Name, deadline, Logger);
}
