using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Gives the child so long for each write, then throws <see cref="SinkTimeoutException"/>.</summary>
/// <remarks>
/// The child's token is cancelled when the time is up. One that takes no notice is not waited for; the item may still
/// arrive. Thread-safe.
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class TimeoutSink<T> : WrappingSink<T>
{
    private readonly TimeSpan _timeout;

    /// <summary>Initializes the sink.</summary>
    /// <param name="child">Where items go.</param>
    /// <param name="timeout">How long a write may take; longer than zero, at most 24 days.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for the child's.</param>
    /// <param name="timeProvider">The clock; null for the child's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of its range.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public TimeoutSink(ISink<T> child, TimeSpan timeout, SinkOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
        : base("timeout", child, options, logger, timeProvider)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, SinkOptionsValidator.Longest);
        _timeout = timeout;
    }

    private protected override async ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_timeout, TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var writing = Child.WriteAsync(item, either.Token);
        if (writing.IsCompletedSuccessfully)
        {
            await writing.ConfigureAwait(false);
            return;
        }

        var task = writing.AsTask();
        try
        {
            await task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (either.IsCancellationRequested)
        {
            task.Forget();
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(exception.Message, exception, cancellationToken)
                : new SinkTimeoutException(Name, _timeout, exception);
        }
    }
}
