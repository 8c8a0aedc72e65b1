namespace EventWatcher.TestKit;

/// <summary>A queue's handler that records what it gets, and can block, throw, or never return.</summary>
/// <remarks>Give <see cref="HandleAsync"/> and <see cref="HandleErrorAsync"/> to an <see cref="EventQueue"/>. Thread-safe.</remarks>
/// <example>
/// <code>
/// var handler = new RecordingHandler { ThrowOnEvery = 2 };
/// await using var queue = new EventQueue(options, handler.HandleAsync, handler.HandleErrorAsync, timeProvider: time);
/// </code>
/// </example>
public sealed class RecordingHandler
{
    private readonly Lock _gate = new();
    private readonly Conditions _conditions = new();
    private readonly List<IReadOnlyList<Event>> _batches = [];
    private readonly List<IReadOnlyList<Event>> _accepted = [];
    private readonly List<Exception> _errors = [];
    private TaskCompletionSource? _barrier;
    private int _running;

    /// <summary>Gets or sets which calls throw: every n-th, from the n-th on.</summary>
    /// <value>The default is 0: none.</value>
    public int ThrowOnEvery { get; set; }

    /// <summary>Gets or sets what is thrown then.</summary>
    /// <value>The default makes an <see cref="InvalidOperationException"/>.</value>
    public Func<Exception> ExceptionFactory { get; set; } = static () => new InvalidOperationException("thrown by the recording handler");

    /// <summary>Gets or sets what else a call does, once it was recorded and let through.</summary>
    /// <value>The default is null: nothing.</value>
    public Func<IReadOnlyList<Event>, CancellationToken, ValueTask>? OnBatch { get; set; }

    /// <summary>Gets or sets what else is done with an error, once it was recorded.</summary>
    /// <value>The default is null: nothing.</value>
    public Func<Exception, CancellationToken, ValueTask>? OnError { get; set; }

    /// <summary>Gets or sets whether a blocked call goes on waiting after its token was cancelled: a handler that never returns.</summary>
    /// <value>The default is false.</value>
    public bool IgnoresCancellation { get; set; }

    /// <summary>Gets the batch of every call, those that threw too, in order.</summary>
    public IReadOnlyList<IReadOnlyList<Event>> Batches => Snapshot(_batches);

    /// <summary>Gets the batches of the calls that returned without exception, in order.</summary>
    public IReadOnlyList<IReadOnlyList<Event>> AcceptedBatches => Snapshot(_accepted);

    /// <summary>Gets the events of every call, in order.</summary>
    public IReadOnlyList<Event> Events => [.. Batches.SelectMany(static batch => batch)];

    /// <summary>Gets the events of the calls that returned without exception, in order.</summary>
    public IReadOnlyList<Event> AcceptedEvents => [.. AcceptedBatches.SelectMany(static batch => batch)];

    /// <summary>Gets what the error callback was told, in order.</summary>
    public IReadOnlyList<Exception> Errors => Snapshot(_errors);

    /// <summary>Gets how many calls of the handler run now.</summary>
    public int RunningCalls
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Gets how many calls of the handler ran at once at most. More than 1 is a broken promise.</summary>
    public int MostRunningCalls { get; private set; }

    /// <summary>The handler.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellationToken">The queue's.</param>
    /// <returns>The handling.</returns>
    public async ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Task barrier;
        bool throws;
        lock (_gate)
        {
            _batches.Add(batch);
            _running++;
            MostRunningCalls = Math.Max(MostRunningCalls, _running);
            barrier = _barrier?.Task ?? Task.CompletedTask;
            throws = ThrowOnEvery > 0 && _batches.Count % ThrowOnEvery == 0;
        }

        _conditions.OnChanged();
        try
        {
            await barrier.WaitAsync(IgnoresCancellation ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
            if (OnBatch is { } onBatch)
            {
                await onBatch(batch, cancellationToken).ConfigureAwait(false);
            }

            if (throws)
            {
                throw ExceptionFactory();
            }

            lock (_gate)
            {
                _accepted.Add(batch);
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

    /// <summary>The error callback.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="cancellationToken">The queue's.</param>
    /// <returns>The handling.</returns>
    public async ValueTask HandleErrorAsync(Exception exception, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exception);
        lock (_gate)
        {
            _errors.Add(exception);
        }

        _conditions.OnChanged();
        if (OnError is { } onError)
        {
            await onError(exception, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets calls from now on wait, until <see cref="Release"/>.</summary>
    public void Block()
    {
        lock (_gate)
        {
            _barrier ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets blocked calls, and those to come, go on.</summary>
    public void Release()
    {
        TaskCompletionSource? barrier;
        lock (_gate)
        {
            barrier = _barrier;
            _barrier = null;
        }

        barrier?.TrySetResult();
    }

    /// <summary>Waits, in real time, until calls that returned without exception brought at least so many events.</summary>
    /// <param name="count">How many.</param>
    /// <param name="deadline">How long; null for <see cref="Eventually.DefaultDeadline"/>.</param>
    /// <returns>Completes when they have.</returns>
    /// <exception cref="TimeoutException">They had not in time.</exception>
    public Task WaitForEventsAsync(int count, TimeSpan? deadline = null) => _conditions.WaitAsync(
        () => AcceptedBatches.Sum(static batch => batch.Count) >= count,
        deadline,
        () => $"Waited for {count} events; {AcceptedEvents.Count} came.");

    /// <summary>Waits, in real time, until the handler was called at least so often, whether or not the calls have returned.</summary>
    /// <param name="count">How often.</param>
    /// <param name="deadline">How long; null for <see cref="Eventually.DefaultDeadline"/>.</param>
    /// <returns>Completes when it was.</returns>
    /// <exception cref="TimeoutException">It was not in time.</exception>
    public Task WaitForBatchesAsync(int count, TimeSpan? deadline = null) => _conditions.WaitAsync(
        () => Batches.Count >= count,
        deadline,
        () => $"Waited for {count} batches; {Batches.Count} came.");

    /// <summary>Waits, in real time, until at least so many errors were reported.</summary>
    /// <param name="count">How many.</param>
    /// <param name="deadline">How long; null for <see cref="Eventually.DefaultDeadline"/>.</param>
    /// <returns>Completes when they were.</returns>
    /// <exception cref="TimeoutException">They were not in time.</exception>
    public Task WaitForErrorsAsync(int count, TimeSpan? deadline = null) => _conditions.WaitAsync(
        () => Errors.Count >= count,
        deadline,
        () => $"Waited for {count} errors; {Errors.Count} came.");

    private IReadOnlyList<T> Snapshot<T>(List<T> items)
    {
        lock (_gate)
        {
            return [.. items];
        }
    }
}
