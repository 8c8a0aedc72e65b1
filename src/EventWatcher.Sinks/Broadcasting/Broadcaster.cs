using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Writes every item to all of its children.</summary>
/// <remarks>
/// <para>
/// A write returns when every child has taken the item or failed. It throws for its caller's cancellation and for the
/// broadcaster's own closing only: a child that throws is reported, and one that is closed is removed, while the
/// others get the item. Without children an item goes nowhere. As slow as its slowest child: put a
/// <see cref="QueueSink{T}"/> in front of one that may be slow.
/// </para>
/// <para>
/// Children may be added and removed at any time, also from inside a child's write: a write in progress goes on with
/// the children there were when it began, so that it may still arrive at one that is being removed. Writing takes no
/// lock and allocates nothing, but for a child that waits, and where delivery is ordered or parallel.
/// </para>
/// <para>
/// With <see cref="BroadcasterOptions{T}.Ordered"/> items are delivered one at a time. An item written from inside a
/// child's write is then taken at once and delivered right after the one in progress.
/// </para>
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed partial class Broadcaster<T> : Sink<T>
{
    private readonly ChildList<T> _children = new();
    private readonly Action<ChildFailure<T>>? _onFailure;
    private readonly bool _isParallel;
    private readonly OrderedTurns<T>? _turns;

    /// <summary>Initializes a broadcaster.</summary>
    /// <param name="children">The first children; one that comes twice is one. Null for none.</param>
    /// <param name="ordered">Whether all children get one common order; the same as <see cref="BroadcasterOptions{T}.Ordered"/>.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">Where failures are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public Broadcaster(
        IEnumerable<ISink<T>>? children = null,
        bool ordered = false,
        BroadcasterOptions<T>? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
        : base("broadcaster", options, logger, timeProvider)
    {
        _isParallel = options?.Parallel ?? false;
        _onFailure = options?.OnFailure;
        _turns = ordered || options is { Ordered: true } ? new OrderedTurns<T>(Name, Deliver, OnDeferredLost) : null;
        _children.AddRange(children ?? []);
    }

    /// <summary>Gets the children there are now, in the order in which they were added.</summary>
    public IReadOnlyList<ISink<T>> Children => [.. _children.Current.Select(static child => child.Sink)];

    /// <summary>Adds a child.</summary>
    /// <param name="sink">The child, which is closed with the broadcaster unless it is removed before.</param>
    /// <returns>False where it is there already, which changes nothing.</returns>
    /// <exception cref="SinkClosedException">The broadcaster is closed.</exception>
    public bool Add(ISink<T> sink) => _children.Add(sink) ?? throw new SinkClosedException(Name);

    /// <summary>Removes a child, without closing it.</summary>
    /// <param name="sink">The child.</param>
    /// <returns>False where it is not there.</returns>
    public bool Remove(ISink<T> sink) => _children.Remove(sink);

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        if (_turns is not null)
        {
            return _turns.TakeAsync(item, cancellationToken);
        }

        return Deliver(item, cancellationToken);
    }

    private protected override long? PendingSeenFromInside => _children.PendingSeenFromInside;

    private protected override async Task<long> CloseCoreAsync(Deadline deadline)
    {
        var lost = _turns?.Close() ?? 0;
        return lost + await ChildClosing.CloseAllAsync(_children.Seal().Select(static child => child.Sink), Name, deadline, Logger).ConfigureAwait(false);
    }

    private ValueTask Deliver(T item, CancellationToken cancellationToken) =>
        _isParallel ? DeliverAtOnceAsync(item, cancellationToken) : DeliverInTurn(item, cancellationToken);

    /// <summary>The path that matters: no child waits, none fails.</summary>
    private ValueTask DeliverInTurn(T item, CancellationToken cancellationToken)
    {
        var children = _children.Current;
        var index = 0;
        try
        {
            for (; index < children.Length; index++)
            {
                var writing = children[index].Write(item, cancellationToken);
                if (!writing.IsCompletedSuccessfully)
                {
                    return GoOnAsync(writing, children, index, item, cancellationToken);
                }

                // Gives a pooled source back.
#pragma warning disable CA1849, VSTHRD103 // It has completed: nothing blocks.
                writing.GetAwaiter().GetResult();
#pragma warning restore CA1849, VSTHRD103
            }

            return children.Length == 0 && IsClosed ? ValueTask.FromException(new SinkClosedException(Name)) : ValueTask.CompletedTask;
        }
        catch (Exception exception)
        {
            return GoOnAsync(ValueTask.FromException(exception), children, index, item, cancellationToken);
        }
    }

    private async ValueTask GoOnAsync(
        ValueTask writing,
        ChildList<T>.Child[] children,
        int index,
        T item,
        CancellationToken cancellationToken)
    {
        var wasClosed = false;
        while (true)
        {
            try
            {
                await writing.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                wasClosed |= OnChildThrew(children[index].Sink, item, exception, cancellationToken);
            }

            if (++index >= children.Length)
            {
                break;
            }

            writing = Begin(children[index], item, cancellationToken);
        }

        ThrowIfCutShort(wasClosed);
    }

    private async ValueTask DeliverAtOnceAsync(T item, CancellationToken cancellationToken)
    {
        var children = _children.Current;
        var writings = new ValueTask[children.Length];
        for (var i = 0; i < children.Length; i++)
        {
#pragma warning disable CA2012 // Each is awaited once, below.
            writings[i] = Begin(children[i], item, cancellationToken);
#pragma warning restore CA2012
        }

        var wasClosed = false;
        OperationCanceledException? cancelled = null;
        for (var i = 0; i < children.Length; i++)
        {
            try
            {
                await writings[i].ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
            {
                // All are waited for: none may still be writing when the caller goes on.
                cancelled = exception;
            }
            catch (Exception exception)
            {
                wasClosed |= OnChildThrew(children[i].Sink, item, exception, cancellationToken);
            }
        }

        if (cancelled is not null)
        {
            throw new OperationCanceledException(cancelled.Message, cancelled, cancellationToken);
        }

        ThrowIfCutShort(wasClosed || children.Length == 0);
    }

    private static ValueTask Begin(in ChildList<T>.Child child, T item, CancellationToken cancellationToken)
    {
        try
        {
            return child.Write(item, cancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <summary>Removes a closed child, reports any other.</summary>
    /// <returns>Whether it was closed.</returns>
    private bool OnChildThrew(ISink<T> child, T item, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is SinkClosedException)
        {
            if (_children.Remove(child))
            {
                Log.ChildRemoved(Logger, Name, child.ToString() ?? "");
            }

            return true;
        }

        if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        SinkTelemetry.ChildFailed(Name);
        Log.ChildFailed(Logger, Name, child.ToString() ?? "", exception);
        try
        {
            _onFailure?.Invoke(new ChildFailure<T> { Child = child, Item = item, Exception = exception });
        }
        catch (Exception thrown)
        {
            Log.CallbackFailed(Logger, Name, thrown);
        }

        return false;
    }

    /// <summary>An item written from inside a write has nobody left to be told.</summary>
    private void OnDeferredLost(Exception exception)
    {
        SinkTelemetry.Dropped(Name, DropReason.Closed);
        Log.DeferredLost(Logger, Name, exception);
    }

    /// <summary>Closing during a write closes children that the write has not come to: whoever wrote is told.</summary>
    private void ThrowIfCutShort(bool wasClosed)
    {
        if (wasClosed && IsClosed)
        {
            throw new SinkClosedException(Name);
        }
    }
}
