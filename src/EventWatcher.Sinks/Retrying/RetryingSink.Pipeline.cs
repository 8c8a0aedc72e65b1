using System.Runtime.ExceptionServices;
using Polly;

namespace EventWatcher.Sinks;

// The same with a resilience pipeline instead of a strategy.
public sealed partial class RetryingSink<T>
{
    private readonly ResiliencePipeline? _pipeline;

    private async ValueTask WriteByPipelineAsync(T item, CancellationToken cancellationToken)
    {
        using var run = new PipelineRun(item, cancellationToken);
        var registration = _closing.Token.UnsafeRegister(static run => ((PipelineRun)run!).OnClosing(), run);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                await _pipeline!.ExecuteAsync(
                    static async (state, token) => await state.Sink.AttemptAsync(state.Run, token).ConfigureAwait(false),
                    (Sink: this, Run: run),
                    run.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (run.Token.IsCancellationRequested)
            {
                throw cancellationToken.IsCancellationRequested
                    ? new OperationCanceledException(exception.Message, exception, cancellationToken)
                    : new SinkClosedException(Name, run.LastFailure);
            }
        }

        run.Terminal?.Throw();
    }

    private async ValueTask AttemptAsync(PipelineRun run, CancellationToken token)
    {
        using var activity = run.Attempts > 0 ? SinkTelemetry.StartRetry(Name, run.Attempts + 1) : null;
        run.Begin();
        try
        {
            token.ThrowIfCancellationRequested();
            await Child.WriteAsync(run.Item, token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsWorthAnother(exception, run.CallersToken))
        {
            run.LastFailure = exception;
            OnRetry(++run.Attempts, exception);
            throw;
        }
        catch (Exception exception)
        {
            // Past the pipeline, whatever it handles: another attempt would be of no use.
            run.Terminal = ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            run.End(IsClosed);
        }
    }

    /// <summary>One write. Closing interrupts its waits, but not an attempt: that is left to the child.</summary>
    private sealed class PipelineRun(T item, CancellationToken callersToken) : IDisposable
    {
        private readonly CancellationTokenSource _interrupt = CancellationTokenSource.CreateLinkedTokenSource(callersToken);
        private readonly Lock _gate = new();
        private bool _isAttempting;

        public T Item { get; } = item;

        public CancellationToken CallersToken { get; } = callersToken;

        public CancellationToken Token => _interrupt.Token;

        public long Attempts { get; set; }

        public Exception? LastFailure { get; set; }

        public ExceptionDispatchInfo? Terminal { get; set; }

        public void Begin()
        {
            lock (_gate)
            {
                _isAttempting = true;
            }
        }

        public void End(bool isClosed)
        {
            lock (_gate)
            {
                _isAttempting = false;
            }

            if (isClosed)
            {
                _interrupt.Cancel();
            }
        }

        public void OnClosing()
        {
            lock (_gate)
            {
                if (_isAttempting)
                {
                    return;
                }
            }

            _interrupt.Cancel();
        }

        public void Dispose() => _interrupt.Dispose();
    }
}
