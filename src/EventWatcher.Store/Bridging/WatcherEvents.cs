using System.Text.Json;

namespace EventWatcher.Store;

/// <summary>Events of watchers as events of a store, and back.</summary>
/// <remarks>
/// The type of the object is the type of the event (<c>docker</c>, <c>file</c>); the operation is <c>Create</c> where
/// something came to be, <c>Delete</c> where it is gone, else <c>Update</c>. A <see cref="EventAction.ForceReload"/> is
/// stored and replayed as such. The payload is the JSON of <see cref="EventJsonContext"/>.
/// </remarks>
public static class WatcherEvents
{
    private const EventAction Beginnings = EventAction.ContainerCreate | EventAction.FileCreated;
    private const EventAction Ends = EventAction.ContainerDestroy | EventAction.FileDeleted;

    /// <summary>Makes an event for a store of a watcher's. The type need not be registered.</summary>
    /// <param name="item">The event. Its <see cref="Event.Position"/> is not kept: it gets a new one.</param>
    /// <returns>The event for the store.</returns>
    /// <exception cref="ArgumentException">The event has no type.</exception>
    public static NewEvent ToNewEvent(this Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var bare = item.Position is null ? item : item with { Position = null };
        return NewEvent.FromPayload(
            OperationOf(item.Action), item.Type.Value, JsonSerializer.SerializeToUtf8Bytes(bare, EventJsonContext.Default.Event));
    }

    /// <summary>Reads a watcher's event back, with its number as <see cref="Event.Position"/>.</summary>
    /// <param name="storedEvent">The event of the store.</param>
    /// <returns>The event.</returns>
    /// <exception cref="EventDeserializationException">It is not a watcher's event.</exception>
    public static Event ToEvent(this StoredEvent storedEvent)
    {
        ArgumentNullException.ThrowIfNull(storedEvent);
        try
        {
            var item = JsonSerializer.Deserialize(storedEvent.Payload.Span, EventJsonContext.Default.Event) ?? throw new JsonException("the JSON is null");
            return item with { Position = storedEvent.SequenceNumber };
        }
        catch (JsonException exception)
        {
            throw new EventDeserializationException(
                storedEvent.SequenceNumber, storedEvent.ObjectType, $"it is not a watcher's event: {exception.Message}", exception);
        }
    }

    /// <summary>Registers watchers' events, so that <see cref="StoredEvent.GetObject{T}"/> gives them as <see cref="Event"/>.</summary>
    /// <param name="serializer">The serializer.</param>
    /// <param name="types">The types of the events.</param>
    /// <returns>The serializer.</returns>
    /// <exception cref="ArgumentException">One of them is registered already.</exception>
    public static JsonEventSerializer RegisterWatcherEvents(this JsonEventSerializer serializer, params EventType[] types)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(types);
        foreach (var type in types)
        {
            serializer.RegisterType(type.Value, EventJsonContext.Default.Event);
        }

        return serializer;
    }

    private static StoreOperation OperationOf(EventAction action) => ((action & Beginnings) != EventAction.None, (action & Ends) != EventAction.None) switch
    {
        (true, false) => StoreOperation.Create,
        (false, true) => StoreOperation.Delete,
        _ => StoreOperation.Update,
    };
}
