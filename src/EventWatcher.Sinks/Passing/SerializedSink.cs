using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Gives the child one write at a time, in the order in which they come: for one that tolerates no concurrent calls.</summary>
/// <remarks>A write from inside the child's write would wait for itself; give its token a time-out, or don't.</remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class SerializedSink<T> : WrappingSink<T>
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Initializes the sink.</summary>
    /// <param name="child">Where items go. It is closed after the write in progress has returned, or the time is up.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for the child's.</param>
    /// <param name="timeProvider">The clock; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public SerializedSink(ISink<T> child, SinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("serialized", child, options, logger, timeProvider)
    {
    }

    private protected override async ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        if (!await _gate.WaitAsync(0, CancellationToken.None).ConfigureAwait(false))
        {
            await WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (IsClosed)
            {
                throw new SinkClosedException(Name);
            }

            await Child.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private protected override async Task<long> CloseCoreAsync(Deadline deadline)
    {
        _ = _closing.CancelAsync();
        try
        {
            await _gate.WaitAsync(deadline.Token).ConfigureAwait(false);
            _gate.Release();
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            // The write in progress does not return; the child is told to close all the same.
        }

        return await base.CloseCoreAsync(deadline).ConfigureAwait(false);
    }

    private async ValueTask WaitForTurnAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await _gate.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (either.IsCancellationRequested)
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(exception.Message, exception, cancellationToken)
                : new SinkClosedException(Name);
        }
    }
}
