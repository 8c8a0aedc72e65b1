namespace EventWatcher.TestKit;

/// <summary>A watcher whose events, errors and end a test decides.</summary>
/// <remarks>
/// What it is told goes to every subscription that lives at that moment, in the order of the calls, and is seen from
/// the return of <see cref="Watch"/> on. Everything else is the work of the real base class. Thread-safe.
/// </remarks>
public sealed class FakeWatcher : IWatcher
{
    private readonly Lock _gate = new();
    private readonly List<FakeSubscription> _subscriptions = [];
    private readonly FakeWatcherBase _base;
    private bool _isReady;

    /// <summary>Initializes a watcher of the type <c>fake</c> with the name <c>fake</c> that is ready at once.</summary>
    public FakeWatcher()
        : this(TestEvents.Type)
    {
    }

    /// <summary>Initializes a watcher.</summary>
    /// <param name="type">The type of its events.</param>
    /// <param name="options">What else it may be told; null for the defaults with the name <c>fake</c>.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="isReady">Whether a subscription is ready at once, or when <see cref="SetReady"/> is called.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public FakeWatcher(EventType type, WatcherOptions? options = null, TimeProvider? timeProvider = null, bool isReady = true)
    {
        Type = type;
        _isReady = isReady;
        _base = new FakeWatcherBase(type, options ?? new WatcherOptions { Name = TestEvents.Source }, timeProvider);
    }

    /// <summary>Gets the type of its events.</summary>
    public EventType Type { get; }

    /// <summary>Gets the name, the <see cref="Event.Source"/> of events that have none.</summary>
    public string Name => _base.Name;

    /// <summary>Gets how many subscriptions live.</summary>
    public int SubscriptionCount
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Gets how many subscriptions run, and neither wait to begin nor to be run again after a failure.</summary>
    public int RunningCount
    {
        get
        {
            lock (_gate)
            {
                return _subscriptions.Count(static subscription => subscription.IsRunning);
            }
        }
    }

    /// <inheritdoc/>
    public WatchStream Watch(CancellationToken cancellationToken = default)
    {
        var subscription = new FakeSubscription();
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            if (_isReady)
            {
                subscription.Do(static writer => writer.SetReady());
            }
        }

        var stream = _base.WatchWith(subscription.RunAsync, cancellationToken);
        _ = RemoveWhenEndedAsync(stream, subscription);
        return stream;
    }

    /// <summary>Emits an event to every subscription, never waiting.</summary>
    /// <param name="item">The event.</param>
    public void Emit(Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Do(writer => writer.Emit(item));
    }

    /// <summary>Emits numbered events, <see cref="TestEvents.Numbered(int, string)"/>, to every subscription.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    public void EmitNumbered(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            Emit(TestEvents.Numbered(number) with { Type = Type });
        }
    }

    /// <summary>Reports an error to every subscription; watching goes on.</summary>
    /// <param name="error">The error.</param>
    public void ReportError(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        Do(writer => writer.ReportError(error));
    }

    /// <summary>Says that every subscription is ready, those to come too.</summary>
    public void SetReady()
    {
        lock (_gate)
        {
            _isReady = true;
        }

        Do(static writer => writer.SetReady());
    }

    /// <summary>Says that the source can't be reached; subscriptions to come wait for <see cref="SetReady"/>.</summary>
    /// <param name="reason">Why.</param>
    public void SetInterrupted(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        lock (_gate)
        {
            _isReady = false;
        }

        Do(writer => writer.SetInterrupted(reason));
    }

    /// <summary>Ends every subscription as the source does that has no more to say.</summary>
    public void Complete()
    {
        foreach (var subscription in Snapshot())
        {
            subscription.Complete();
        }
    }

    /// <summary>
    /// Lets an exception escape from every subscription's run: it ends as failed, or is run again where
    /// <see cref="WatcherOptions.RestartOnFailure"/> says so.
    /// </summary>
    /// <param name="exception">The exception.</param>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        foreach (var subscription in Snapshot())
        {
            subscription.Fail(exception);
        }
    }

    private void Do(Action<WatchWriter> action)
    {
        foreach (var subscription in Snapshot())
        {
            subscription.Do(action);
        }
    }

    private FakeSubscription[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _subscriptions];
        }
    }

    private async Task RemoveWhenEndedAsync(WatchStream stream, FakeSubscription subscription)
    {
        await stream.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
        }
    }
}
