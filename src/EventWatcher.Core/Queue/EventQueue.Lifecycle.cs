namespace EventWatcher;

// Life: Created -> Running -> Stopping -> Ended. Phases of stopping:
//   1. RequestStop: nothing is received any more, the streams end, the loop is woken.
//   2. The loop ends its callback, drains where asked to, and returns.
//   3. End: whoever waits is released, timer and registrations go, Completion completes.
//   After StopTimeout in phase 2: the callback is abandoned, and phase 3 follows without it.
public sealed partial class EventQueue
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandonNow = new();
    private CancellationTokenRegistration _callersToken;
    private Task _loop = Task.CompletedTask;

    /// <summary>
    /// Gets a task that completes when the queue has ended: stopped, cancelled, or all its sources ended. Faults with
    /// the <see cref="FlushException"/> of <see cref="FlushFailureMode.Stop"/>, or with
    /// <see cref="CallbackAbandonedException"/>.
    /// </summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts the queue and returns; see <see cref="Completion"/>.</summary>
    /// <param name="cancellationToken">Stops the queue.</param>
    /// <exception cref="InvalidOperationException">The queue was started already, or has ended.</exception>
    public void Start(CancellationToken cancellationToken = default)
    {
        using (ExecutionContext.SuppressFlow())
        {
            lock (_gate)
            {
                if (_phase != Phase.Created)
                {
                    throw new InvalidOperationException($"Queue \"{Name}\" was started already, or has ended; a queue runs once.");
                }

                // In one with the loop's beginning: whoever stops the queue now waits for that loop.
                _phase = Phase.Running;
                _loop = Task.Run(RunLoopAsync, CancellationToken.None);
                _telemetry.Add(this);
            }

            foreach (var stream in _streamsToPump)
            {
                StartPump(stream);
            }

            foreach (var watcher in _watchersToStart)
            {
                StartPump(watcher);
            }
        }

        var registration = cancellationToken.UnsafeRegister(static queue => ((EventQueue)queue!).RequestStop(), this);
        bool hasEnded;
        lock (_gate)
        {
            _callersToken = registration;
            hasEnded = _phase == Phase.Ended;
        }

        if (hasEnded)
        {
            // It ended before the registration was there to be undone.
            registration.Unregister();
        }
    }

    /// <summary>Runs the queue until it ends.</summary>
    /// <param name="cancellationToken">Stops the queue; the task then completes without exception.</param>
    /// <returns>The same as <see cref="Completion"/>.</returns>
    /// <exception cref="InvalidOperationException">The queue was started already, or has ended.</exception>
    /// <exception cref="FlushException">The handler threw, with <see cref="FlushFailureMode.Stop"/>.</exception>
    /// <exception cref="CallbackAbandonedException">A callback did not return in time when the queue stopped.</exception>
    public Task RunAsync(CancellationToken cancellationToken = default)
    {
        Start(cancellationToken);
        return Completion;
    }

    /// <summary>Flushes what has been enqueued so far, without waiting for the interval.</summary>
    /// <param name="cancellationToken">Gives up waiting; the flush happens all the same.</param>
    /// <returns>
    /// Completes when the handler has returned for all of it, or the queue has ended. From inside a callback of this
    /// queue: at once.
    /// </returns>
    /// <exception cref="InvalidOperationException">The queue was not started.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        FlushWaiter? waiter = null;
        lock (_gate)
        {
            if (_phase == Phase.Created)
            {
                throw new InvalidOperationException($"Queue \"{Name}\" was not started; nothing would ever flush it.");
            }

            if (_phase == Phase.Ended || (_buffer.Count == 0 && !_isFlushing))
            {
                return Task.CompletedTask;
            }

            _flushNow = true;
            if (!IsInsideCallback)
            {
                waiter = new FlushWaiter(_buffer.AddedPosition);
                _flushWaiters.Add(waiter);
            }
        }

        _signal.Set();
        return waiter is null ? Task.CompletedTask : waiter.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Stops the queue: no more events are taken, the streams end, a callback that runs is waited for, and what is
    /// pending is flushed once (<see cref="EventQueueOptions.DrainOnStop"/>) or discarded. Idempotent.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the queue stops all the same.</param>
    /// <returns>Completes when the queue has ended. From inside a callback of this queue: at once.</returns>
    /// <exception cref="CallbackAbandonedException">A callback did not return within <see cref="EventQueueOptions.StopTimeout"/>.</exception>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        RequestStop();
        if (IsInsideCallback)
        {
            return;
        }

        try
        {
            await Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Completion.IsFaulted && exception is not CallbackAbandonedException)
        {
            // Whoever runs the queue is told; stopping it succeeded.
        }
    }

    /// <summary>Stops the queue as <see cref="StopAsync"/> does. An abandoned callback is logged, not thrown. Idempotent.</summary>
    /// <returns>The stopping. From inside a callback of this queue it only requests.</returns>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        catch (CallbackAbandonedException)
        {
            // Logged when it was abandoned.
        }
    }

    /// <summary>
    /// Stops the queue and waits for nothing more, whatever <see cref="EventQueueOptions.StopTimeout"/> says: for an
    /// owner whose own time is up. <see cref="Completion"/> completes promptly. Idempotent.
    /// </summary>
    internal void Abandon()
    {
        RequestStop();
        _ = _abandonNow.CancelAsync();
    }

    private void RequestStop()
    {
        bool wasCreated;
        WatchStream[] streams;
        lock (_gate)
        {
            if (_phase >= Phase.Stopping)
            {
                return;
            }

            wasCreated = _phase == Phase.Created;
            _phase = Phase.Stopping;
            var refused = _waiters?.Refuse() ?? 0;
            _received += refused;
            _dropped += refused;
            streams = [.. _sources];
        }

        _ = _stopRetrying.CancelAsync();
        if (!_options.DrainOnStop)
        {
            _ = _giveUpOnCallbacks.CancelAsync();
        }

        foreach (var stream in streams)
        {
            EndStream(stream);
        }

        _signal.Set();
        Task ending = wasCreated ? EndAsync(failure: null) : WaitForLoopAsync();
        _ = ending;
    }

    private async Task RunLoopAsync()
    {
        try
        {
            await FlushLoopAsync().ConfigureAwait(false);
        }
        finally
        {
            // By itself: the sources have ended, or the handler failed for good.
            RequestStop();
        }
    }

    private async Task WaitForLoopAsync()
    {
        Task callers;
        var started = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            callers = Task.WhenAll([_loop, .. _pumps]);
        }

        Exception? failure = null;
        try
        {
            await callers.WaitAsync(_options.StopTimeout, _timeProvider, _abandonNow.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (!callers.IsCompleted)
        {
            failure = await GiveUpAsync(callers, exception is TimeoutException ? _options.StopTimeout : _timeProvider.GetElapsedTime(started)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Not a callback's: theirs are reported. Whoever runs the queue is to know that it ended by this.
            failure = exception;
        }

        await EndAsync(failure ?? _terminalFailure).ConfigureAwait(false);
    }

    /// <summary>The time for stopping is over: no callback begins any more, and one that runs is left behind.</summary>
    private async Task<CallbackAbandonedException?> GiveUpAsync(Task callers, TimeSpan waited)
    {
        lock (_gate)
        {
            _isOutOfTime = true;
            _isAbandoned = _callbacksRunning > 0;
            if (_isAbandoned)
            {
                _failed += _inFlight;
                _inFlight = 0;
            }
        }

        _ = _giveUpOnCallbacks.CancelAsync();
        if (!_isAbandoned)
        {
            // Nothing of the application's runs that could hold the loop up.
            await callers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }

        return new CallbackAbandonedException(Name, waited);
    }

    private async Task EndAsync(Exception? failure)
    {
        Task[] endingStreams;
        CancellationTokenRegistration callersToken;
        int discarded;
        lock (_gate)
        {
            _phase = Phase.Ended;
            discarded = _buffer.Clear();
            _dropped += discarded;
            foreach (var waiter in _flushWaiters)
            {
                waiter.TrySetResult();
            }

            _flushWaiters.Clear();
            endingStreams = [.. _endingStreams];
            callersToken = _callersToken;
        }

        try
        {
            _timer?.Dispose();
            callersToken.Unregister();
            _telemetry.Remove(this);
            if (failure is CallbackAbandonedException abandoned)
            {
                Log.CallbackAbandoned(_logger, Name, abandoned.StopTimeout);
            }

            if (discarded > 0)
            {
                Log.QueueDiscarded(_logger, Name, discarded);
            }

            // Each bounded by its own watcher's StopTimeout, and all by an owner whose time is up.
            await Task.WhenAll(endingStreams).WaitAsync(_abandonNow.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            // Whatever a logger throws: nobody waits for ever.
            if (failure is null)
            {
                _completion.TrySetResult();
            }
            else
            {
                // Looked at here, so that whoever never awaits it is not told of an unobserved exception.
                _ = _completion.TrySetException(failure) && _completion.Task.Exception is not null;
            }
        }
    }
}
