namespace EventWatcher;

/// <summary>Where a <see cref="Watcher"/> puts its events, its errors, and how it is doing. Thread-safe.</summary>
/// <remarks>After the subscription has ended every call is without effect. Order is the order of the calls.</remarks>
public sealed class WatchWriter
{
    private readonly WatchStream _stream;
    private readonly EventReader _events;
    private readonly TimeProvider _timeProvider;

    internal WatchWriter(WatchStream stream, EventReader events, TimeProvider timeProvider)
    {
        _stream = stream;
        _events = events;
        _timeProvider = timeProvider;
    }

    /// <summary>Emits an event and never waits: for sources that must not be stalled.</summary>
    /// <remarks>
    /// When the consumer is slow and the buffer is full, what does not fit becomes one
    /// <see cref="EventAction.ForceReload"/> for each (type, source), in a reserved slot, and a
    /// <see cref="WatcherOverflowException"/>. A <see cref="EventAction.ForceReload"/> itself is never dropped.
    /// An event without source or timestamp gets the watcher's name and the present time.
    /// </remarks>
    /// <param name="item">The event.</param>
    /// <returns>
    /// Whether the consumer will read this event itself: false where it was coalesced, or the subscription has ended.
    /// Most watchers have no use for it.
    /// </returns>
    public bool Emit(Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _stream.BeforeEmit();
        var isKept = _events.Write(Complete(item), out var overflowBegins);
        if (overflowBegins)
        {
            _stream.OnOverflowBegins();
        }

        return isKept;
    }

    /// <summary>Emits an event, waiting for the consumer where the buffer is full: for sources that can be replayed.</summary>
    /// <param name="item">The event; see <see cref="Emit"/> for what is added to it.</param>
    /// <param name="cancellationToken">Gives up waiting; pass the token of <see cref="Watcher.WatchAsync"/>.</param>
    /// <returns>Completes when the event was taken, or the subscription has ended.</returns>
    public async ValueTask EmitAsync(Event item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        _stream.BeforeEmit();
        await _events.WriteAsync(Complete(item), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reports an error; watching goes on.</summary>
    /// <param name="error">What happened. Anything but a <see cref="WatcherException"/> is wrapped in one.</param>
    public void ReportError(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _stream.ReportError(error);
    }

    /// <summary>
    /// Says that the watcher is really subscribed: an event that happens from now on is seen. Said again after an
    /// interruption.
    /// </summary>
    public void SetReady() => _stream.SetReady();

    /// <summary>Says that the source can't be reached for now, and reports why.</summary>
    /// <remarks>
    /// Changes <see cref="WatchStream.State"/>, and with it the health of the application. What may have been missed
    /// is the watcher's to say, by a <see cref="EventAction.ForceReload"/> after <see cref="SetReady"/>.
    /// </remarks>
    /// <param name="reason">Why. Anything but a <see cref="WatcherException"/> is wrapped in one.</param>
    public void SetInterrupted(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _stream.SetInterrupted(reason);
    }

    /// <summary>
    /// Sets what is called, on the consumer's thread, each time the consumer has read the
    /// <see cref="EventAction.ForceReload"/> of an overflow: for watchers that then repeat the present state.
    /// </summary>
    /// <param name="callback">What is called; it must be quick and not throw. Null for nothing.</param>
    public void OnOverflowRead(Action? callback) => _stream.OverflowRead = callback;

    private Event Complete(Event item)
    {
        var hasSource = item.Source.Length > 0;
        var hasTime = item.Timestamp != default;
        return hasSource && hasTime ? item : item with
        {
            Source = hasSource ? item.Source : _stream.Name,
            Timestamp = hasTime ? item.Timestamp : _timeProvider.GetUtcNow(),
        };
    }
}
