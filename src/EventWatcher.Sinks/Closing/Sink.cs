using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Sinks;

/// <summary>What all sinks of this package have in common: a name, a refusal of null, and a closing that ends.</summary>
/// <remarks>
/// <para>
/// Thread-safe. A sink that is given no logger and no clock takes those of the sink it wraps. For a sink of one's own
/// implement <see cref="ISink{T}"/>, or give a delegate to <see cref="Sink.To{T}(Func{T, CancellationToken, ValueTask}, string?, ILogger?, TimeProvider?)"/>.
/// </para>
/// <para>Closing a sink closes the sinks it wraps.</para>
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public abstract class Sink<T> : ISink<T>, IClosable
{
    private readonly TaskCompletionSource<long> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _closeGate = new();
    private Deadline? _deadline;
    private volatile bool _isClosed;

    private protected Sink(string kind, SinkOptions? options, ILogger? logger, TimeProvider? timeProvider, object? child = null)
    {
        options = SinkOptionsValidator.Instance.ThrowIfInvalid(options ?? new SinkOptions());
        Name = options.Name ?? kind;
        CloseTimeout = options.CloseTimeout;
        Logger = logger ?? (child as IClosable)?.Logger ?? NullLogger.Instance;
        TimeProvider = timeProvider ?? (child as IClosable)?.TimeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the sink's name, for people.</summary>
    public string Name { get; }

    /// <summary>Gets how long disposing waits.</summary>
    public TimeSpan CloseTimeout { get; }

    /// <inheritdoc/>
    ILogger IClosable.Logger => Logger;

    /// <inheritdoc/>
    TimeProvider IClosable.TimeProvider => TimeProvider;

    /// <inheritdoc/>
    long? IClosable.PendingSeenFromInside => PendingSeenFromInside;

    private protected ILogger Logger { get; }

    private protected TimeProvider TimeProvider { get; }

    private protected bool IsClosed => _isClosed;

    /// <summary>Gets how many items wait here, when the caller is called by this sink, or by one that it wraps, and must not wait for it; else null.</summary>
    private protected virtual long? PendingSeenFromInside => null;

    /// <inheritdoc/>
    public ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        if (item is null)
        {
            throw new ArgumentNullException(nameof(item));
        }

        if (_isClosed)
        {
            return ValueTask.FromException(new SinkClosedException(Name));
        }

        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : WriteCoreAsync(item, cancellationToken);
    }

    /// <summary>Closes the sink: takes nothing more, delivers what was accepted or gives up, and closes what it wraps.</summary>
    /// <remarks>
    /// Idempotent and safe from anywhere: a second call waits for the first, and its time-out, where it ends earlier,
    /// holds for both. Called from inside the deliveries of this sink, or of one that it wraps, it only requests, and
    /// returns at once how many items wait.
    /// </remarks>
    /// <param name="timeout">How long at most, zero to 24 days; null for <see cref="CloseTimeout"/>.</param>
    /// <returns>
    /// How many accepted items were not delivered, here and in the sinks that were closed with this one. One that was
    /// being delivered when the time was up is among them, though it may still arrive.
    /// </returns>
    public Task<long> CloseAsync(TimeSpan? timeout = null)
    {
        var limit = timeout ?? CloseTimeout;
        if (!SinkOptionsValidator.IsTimeout(limit))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), limit, "Allowed: zero to 24 days, or infinite.");
        }

        var closed = RequestClose(limit);
        return PendingSeenFromInside is { } pending ? Task.FromResult(pending) : closed;
    }

    /// <inheritdoc/>
    Task<long> IClosable.CloseAsync(TimeSpan timeout) => RequestClose(timeout);

    /// <summary>Closes the sink as <see cref="CloseAsync"/> does, within <see cref="CloseTimeout"/>.</summary>
    /// <returns>The closing.</returns>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns kind and name, for people.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => $"sink \"{Name}\"";

    private protected abstract ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken);

    /// <summary>Closes within the deadline. Called once.</summary>
    /// <returns>How many accepted items were not delivered.</returns>
    private protected abstract Task<long> CloseCoreAsync(Deadline deadline);

    private Task<long> RequestClose(TimeSpan limit)
    {
        bool isFirst;
        lock (_closeGate)
        {
            isFirst = _deadline is null;
            _deadline ??= new Deadline(TimeProvider, limit);
            _isClosed = true;
        }

        if (isFirst)
        {
            _ = RunCloseAsync(_deadline);
        }
        else
        {
            _deadline.BringForward(limit);
        }

        return _closed.Task;
    }

    private async Task RunCloseAsync(Deadline deadline)
    {
        try
        {
            _closed.TrySetResult(await CloseCoreAsync(deadline).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // Looked at here, for whoever only requested it.
            _ = _closed.TrySetException(exception) && _closed.Task.Exception is not null;
        }
        finally
        {
            deadline.Dispose();
        }
    }
}
