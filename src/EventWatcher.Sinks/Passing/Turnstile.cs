namespace EventWatcher.Sinks;

/// <summary>Lets one in at a time, in the order in which they come. Once it is closed, who still waits is refused.</summary>
#pragma warning disable CA1001 // A semaphore without wait handle and a source without timer hold nothing to release.
internal sealed class Turnstile(string name)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Waits for its turn. <see cref="Leave"/> afterwards.</summary>
    /// <exception cref="SinkClosedException">It was closed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">With the caller's token.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (await _gate.WaitAsync(0, CancellationToken.None).ConfigureAwait(false))
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await _gate.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(exception.Message, exception, cancellationToken)
                : new SinkClosedException(name);
        }
    }

    public void Leave() => _gate.Release();

    public void Close() => _ = _closing.CancelAsync();

    /// <summary>Waits until nobody is inside, or the time is up.</summary>
    public async Task WaitUntilEmptyAsync(Deadline deadline)
    {
        try
        {
            await _gate.WaitAsync(deadline.Token).ConfigureAwait(false);
            _gate.Release();
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            // Who is inside does not come out. That is for the caller to live with.
        }
    }
}
