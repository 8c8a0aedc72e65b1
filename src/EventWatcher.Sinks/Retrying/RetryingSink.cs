using Microsoft.Extensions.Logging;
using Polly;

namespace EventWatcher.Sinks;

/// <summary>Tries a write again until it succeeds, the strategy gives up, or the sink is closed.</summary>
/// <remarks>
/// <para>
/// A child that is closed, a failure that is permanent (<see cref="SinkWriteException.IsPermanent"/>) and the caller's
/// own cancellation are never tried again.
/// </para>
/// <para>
/// Closing interrupts a wait at once: the write throws <see cref="SinkClosedException"/>, with the last failure inside.
/// An attempt that is being made is left to the child, which is closed with this sink; it is the last one. Thread-safe.
/// </para>
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed partial class RetryingSink<T> : WrappingSink<T>
{
    private readonly CancellationTokenSource _closing = new();
    private readonly RetryStrategy? _strategy;
    private readonly int _maxAttempts;
    private readonly Func<Exception, bool>? _shouldRetry;

    /// <summary>Initializes the sink with a strategy.</summary>
    /// <param name="child">Where items go.</param>
    /// <param name="strategy">When it tries again.</param>
    /// <param name="options">How long it goes on; null for the defaults.</param>
    /// <param name="logger">Where failed attempts are logged; null for the child's.</param>
    /// <param name="timeProvider">The clock of the waits; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public RetryingSink(
        ISink<T> child,
        RetryStrategy strategy,
        RetryingSinkOptions? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
        : base("retry", child, options ??= new RetryingSinkOptions(), logger, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        _strategy = strategy;
        _maxAttempts = options.MaxAttempts;
        _shouldRetry = options.ShouldRetry;
    }

    /// <summary>Initializes the sink with a resilience pipeline, which has its own clock and its own say on attempts.</summary>
    /// <param name="child">Where items go.</param>
    /// <param name="pipeline">What runs each write. It never sees what isn't to be tried again.</param>
    /// <param name="options">
    /// <see cref="RetryingSinkOptions.ShouldRetry"/> and the rest; <see cref="RetryingSinkOptions.MaxAttempts"/> is of no
    /// effect. Null for the defaults.
    /// </param>
    /// <param name="logger">The log; null for the child's.</param>
    /// <param name="timeProvider">The clock of the closing; null for the child's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public RetryingSink(
        ISink<T> child,
        ResiliencePipeline pipeline,
        RetryingSinkOptions? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
        : base("retry", child, options ??= new RetryingSinkOptions(), logger, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _pipeline = pipeline;
        _maxAttempts = int.MaxValue;
        _shouldRetry = options.ShouldRetry;
    }

    private protected override ValueTask WriteCoreAsync(T item, CancellationToken cancellationToken) => _strategy is null
        ? WriteByPipelineAsync(item, cancellationToken)
        : WriteByStrategyAsync(_strategy, item, cancellationToken);

    private protected override Task<long> CloseCoreAsync(Deadline deadline)
    {
        _ = _closing.CancelAsync();
        return base.CloseCoreAsync(deadline);
    }

    private async ValueTask WriteByStrategyAsync(RetryStrategy strategy, T item, CancellationToken cancellationToken)
    {
        Exception? last = null;
        for (var attempt = 1L; ; attempt++)
        {
            using var activity = attempt > 1 ? SinkTelemetry.StartRetry(Name, attempt) : null;
            if (strategy.Proceed() is var delay && delay > TimeSpan.Zero)
            {
                await WaitAsync(delay, last, cancellationToken).ConfigureAwait(false);
            }

            if (IsClosed)
            {
                throw new SinkClosedException(Name, last);
            }

            try
            {
                await Child.WriteAsync(item, cancellationToken).ConfigureAwait(false);
                strategy.Success();
                return;
            }
            catch (Exception exception) when (IsWorthAnother(exception, cancellationToken))
            {
                last = exception;
            }

            if (strategy.Failure(last) || attempt >= _maxAttempts)
            {
                throw new RetriesExhaustedException(Name, attempt, last);
            }

            OnRetry(attempt, last);
        }
    }

    private async ValueTask WaitAsync(TimeSpan delay, Exception? last, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            var wait = delay < SinkOptionsValidator.Longest ? delay : SinkOptionsValidator.Longest;
            await Task.Delay(wait, TimeProvider, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(exception.Message, exception, cancellationToken)
                : new SinkClosedException(Name, last);
        }
    }

    private bool IsWorthAnother(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        SinkClosedException => false,
        OperationCanceledException when cancellationToken.IsCancellationRequested => false,
        _ when _shouldRetry is not null => _shouldRetry(exception),
        _ => exception is not SinkWriteException { IsPermanent: true },
    };

    private void OnRetry(long attempt, Exception exception)
    {
        SinkTelemetry.Retried(Name);
        if (attempt == 1)
        {
            Log.AttemptFailed(Logger, Name, attempt, exception);
        }
        else
        {
            Log.AttemptFailedAgain(Logger, Name, attempt, exception.Message);
        }
    }
}
