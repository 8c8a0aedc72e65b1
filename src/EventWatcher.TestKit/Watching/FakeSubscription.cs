namespace EventWatcher.TestKit;

/// <summary>One subscription of a <see cref="FakeWatcher"/>. What it is told before its run begins is kept for it.</summary>
internal sealed class FakeSubscription
{
    private readonly Lock _gate = new();
    private readonly Queue<Action<WatchWriter>> _early = new();
    private WatchWriter? _output;
    private TaskCompletionSource _run = NewRun();

    /// <summary>Gets whether its run has begun and neither ended nor failed since.</summary>
    public bool IsRunning { get; private set; }

    public void Do(Action<WatchWriter> action)
    {
        // Under the lock, so that nothing overtakes; a writer never waits and calls nobody back.
        lock (_gate)
        {
            if (_output is null)
            {
                _early.Enqueue(action);
            }
            else
            {
                action(_output);
            }
        }
    }

    public void Complete()
    {
        lock (_gate)
        {
            _run.TrySetResult();
        }
    }

    public void Fail(Exception exception)
    {
        lock (_gate)
        {
            _run.TrySetException(exception);
        }
    }

    public async Task RunAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        Task run;
        lock (_gate)
        {
            while (_early.TryDequeue(out var action))
            {
                action(output);
            }

            _output = output;
            run = _run.Task;
            IsRunning = true;
        }

        try
        {
            await run.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It may be run again: then it waits for the next failure, and may be told things in between.
            lock (_gate)
            {
                _run = NewRun();
                IsRunning = false;
            }

            throw;
        }
    }

    private static TaskCompletionSource NewRun() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
