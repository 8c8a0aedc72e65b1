namespace EventWatcher.Sinks;

/// <summary>What a broadcaster writes, to be read by one <c>await foreach</c>, beginning with the subscribing.</summary>
/// <remarks>
/// The broadcaster never waits for a subscriber. Leaving the loop, or disposing, unsubscribes. The loop ends by itself
/// when the broadcaster is closed and what was buffered is read. A subscription that nobody reads or disposes holds
/// its buffer, and no more.
/// </remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class Subscription<T> : IAsyncEnumerable<T>, IAsyncDisposable
{
    private readonly Broadcaster<T> _broadcaster;
    private readonly SubscriberSink<T> _sink;
    private int _isRead;

    internal Subscription(Broadcaster<T> broadcaster, SubscriberSink<T> sink)
    {
        _broadcaster = broadcaster;
        _sink = sink;
    }

    /// <summary>Gets how many items wait to be read.</summary>
    public int Count => _sink.Count;

    /// <summary>Gets how many items the subscriber has missed so far.</summary>
    public long Missed => _sink.Missed;

    /// <summary>Reads the items. Once: another subscriber needs another subscription.</summary>
    /// <param name="cancellationToken">Ends the reading, and the subscription, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The items, in order. Throws <see cref="SubscriberLaggedException"/> where some are missing, unless it drops.</returns>
    /// <exception cref="InvalidOperationException">It is, or was, read already.</exception>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Interlocked.Exchange(ref _isRead, 1) == 0
            ? ReadAsync(cancellationToken)
            : throw new InvalidOperationException("A subscription is read once; subscribe again for another reader.");

    /// <summary>Unsubscribes. What is buffered is discarded, and a reader's loop ends. Idempotent.</summary>
    /// <returns>The unsubscribing.</returns>
    public ValueTask DisposeAsync()
    {
        _broadcaster.Remove(_sink);
        _sink.End(discard: true);
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerator<T> ReadAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static sink => ((SubscriberSink<T>)sink!).Wake(), _sink);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                while (true)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (_sink.TryTake(out var item))
                    {
                        yield return item;
                    }
                    else if (_sink.IsEnded)
                    {
                        yield break;
                    }
                    else
                    {
                        await _sink.WaitAsync().ConfigureAwait(false);
                    }
                }
            }
            finally
            {
                await DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
