namespace EventWatcher.TestKit;

/// <summary>A sink that records what it gets, and can block, throw, be closed, or never return.</summary>
/// <remarks>Thread-safe; concurrent writes are recorded in the order in which they were let through.</remarks>
/// <typeparam name="T">What is written.</typeparam>
public sealed class RecordingSink<T> : ISink<T>
{
    private readonly Lock _gate = new();
    private readonly Conditions _conditions = new();
    private readonly List<T> _items = [];
    private TaskCompletionSource? _barrier;
    private TaskCompletionSource? _closeBarrier;
    private int _attempts;
    private int _running;

    /// <summary>Gets or sets what else a write does before it is recorded; what it throws, the writer gets.</summary>
    /// <value>The default is null: nothing.</value>
    public Func<T, CancellationToken, ValueTask>? OnWrite { get; set; }

    /// <summary>Gets or sets whether a blocked write goes on waiting after its token was cancelled: a target that hangs.</summary>
    /// <value>The default is false.</value>
    public bool IgnoresCancellation { get; set; }

    /// <summary>Gets the items of the writes that returned without exception, in order.</summary>
    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_gate)
            {
                return [.. _items];
            }
        }
    }

    /// <summary>Gets how many they are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Gets how many writes were begun.</summary>
    public int Attempts
    {
        get
        {
            lock (_gate)
            {
                return _attempts;
            }
        }
    }

    /// <summary>Gets how many writes run now.</summary>
    public int RunningWrites
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Gets how many writes ran at once at most.</summary>
    public int MostRunningWrites { get; private set; }

    /// <summary>Gets how often it was disposed. From the first time on it is closed.</summary>
    public int Disposals { get; private set; }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        Task barrier;
        lock (_gate)
        {
            ThrowIfClosed();
            _attempts++;
            _running++;
            MostRunningWrites = Math.Max(MostRunningWrites, _running);
            barrier = _barrier?.Task ?? Task.CompletedTask;
        }

        _conditions.OnChanged();
        try
        {
            await barrier.WaitAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
            if (OnWrite is { } onWrite)
            {
                await onWrite(item, cancellationToken).ConfigureAwait(false);
            }

            lock (_gate)
            {
                ThrowIfClosed();
                _items.Add(item);
            }
        }
        finally
        {
            lock (_gate)
            {
                _running--;
            }

            _conditions.OnChanged();
        }
    }

    /// <summary>Closes the sink: later writes throw <see cref="SinkClosedException"/>.</summary>
    /// <returns>The closing; it does not end while it is blocked.</returns>
    public async ValueTask DisposeAsync()
    {
        Task barrier;
        lock (_gate)
        {
            Disposals++;
            barrier = _closeBarrier?.Task ?? Task.CompletedTask;
        }

        _conditions.OnChanged();
        await barrier.ConfigureAwait(false);
    }

    /// <summary>Lets writes from now on wait, until <see cref="Release"/>.</summary>
    public void Block()
    {
        lock (_gate)
        {
            _barrier ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets disposals from now on wait, until <see cref="Release"/>.</summary>
    public void BlockDisposal()
    {
        lock (_gate)
        {
            _closeBarrier ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets blocked writes and disposals, and those to come, go on.</summary>
    public void Release()
    {
        TaskCompletionSource? barrier, closeBarrier;
        lock (_gate)
        {
            (barrier, closeBarrier) = (_barrier, _closeBarrier);
            _barrier = _closeBarrier = null;
        }

        barrier?.TrySetResult();
        closeBarrier?.TrySetResult();
    }

    /// <summary>Waits, in real time, until at least so many items were recorded.</summary>
    /// <param name="count">How many.</param>
    /// <param name="deadline">How long; null for <see cref="Eventually.DefaultDeadline"/>.</param>
    /// <returns>Completes when they were.</returns>
    /// <exception cref="TimeoutException">They were not in time.</exception>
    public Task WaitForItemsAsync(int count, TimeSpan? deadline = null) => _conditions.WaitAsync(
        () => Count >= count,
        deadline,
        () => $"Waited for {count} items; {Count} came.");

    /// <summary>Waits, in real time, until at least so many writes were begun.</summary>
    /// <param name="count">How many.</param>
    /// <param name="deadline">How long; null for <see cref="Eventually.DefaultDeadline"/>.</param>
    /// <returns>Completes when they were.</returns>
    /// <exception cref="TimeoutException">They were not in time.</exception>
    public Task WaitForAttemptsAsync(int count, TimeSpan? deadline = null) => _conditions.WaitAsync(
        () => Attempts >= count,
        deadline,
        () => $"Waited for {count} writes; {Attempts} came.");

    private void ThrowIfClosed()
    {
        if (Disposals > 0)
        {
            throw new SinkClosedException("recording");
        }
    }
}
