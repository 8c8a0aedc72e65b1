namespace EventWatcher.TestKit;

/// <summary>Builds an event step by step; what is not said has a harmless value.</summary>
/// <remarks>Not thread-safe. Can be built from more than once.</remarks>
/// <example>
/// <code>
/// var item = new EventBuilder().OfType(EventType.Docker).WithAction(EventAction.ContainerDie)
///     .WithActor("nginx", "4f6a…").WithAttribute("exitCode", "137").Build();
/// </code>
/// </example>
public sealed class EventBuilder
{
    private Event _item = new()
    {
        Type = TestEvents.Type,
        Action = EventAction.Custom(0),
        Source = TestEvents.Source,
        Timestamp = TestEvents.Timestamp,
    };

    /// <summary>Sets the type; the default is <see cref="TestEvents.Type"/>.</summary>
    /// <param name="type">The type.</param>
    /// <returns>This builder.</returns>
    public EventBuilder OfType(EventType type) => With(_item with { Type = type });

    /// <summary>Sets the action; the default is <c>custom-0</c>.</summary>
    /// <param name="action">The action.</param>
    /// <returns>This builder.</returns>
    public EventBuilder WithAction(EventAction action) => With(_item with { Action = action });

    /// <summary>Sets the actor; the default is none.</summary>
    /// <param name="name">The name, or a file's path.</param>
    /// <param name="id">The id.</param>
    /// <returns>This builder.</returns>
    public EventBuilder WithActor(string name, string id = "") => With(_item with { ActorName = name, ActorId = id });

    /// <summary>Adds or replaces an attribute.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>This builder.</returns>
    public EventBuilder WithAttribute(string key, string value) =>
        With(_item with { ActorAttributes = EventAttributes.From(_item.ActorAttributes).With(key, value) });

    /// <summary>Sets the source; the default is <see cref="TestEvents.Source"/>.</summary>
    /// <param name="source">The source.</param>
    /// <returns>This builder.</returns>
    public EventBuilder From(string source) => With(_item with { Source = source });

    /// <summary>Sets the time; the default is <see cref="TestEvents.Timestamp"/>.</summary>
    /// <param name="timestamp">The time.</param>
    /// <returns>This builder.</returns>
    public EventBuilder At(DateTimeOffset timestamp) => With(_item with { Timestamp = timestamp });

    /// <summary>Sets the position; the default is none.</summary>
    /// <param name="position">The sequence number.</param>
    /// <returns>This builder.</returns>
    public EventBuilder AtPosition(long position) => With(_item with { Position = position });

    /// <summary>Builds the event.</summary>
    /// <returns>The event.</returns>
    public Event Build() => _item;

    private EventBuilder With(Event item)
    {
        _item = item;
        return this;
    }
}
