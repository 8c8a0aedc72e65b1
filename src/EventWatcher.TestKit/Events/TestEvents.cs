using System.Globalization;

namespace EventWatcher.TestKit;

/// <summary>Events quickly made, for tests that care for few of their properties.</summary>
public static class TestEvents
{
    /// <summary>The source of events made here: <c>fake</c>.</summary>
    public const string Source = "fake";

    /// <summary>Gets the type of events made here: <c>fake</c>.</summary>
    public static EventType Type { get; } = new("fake");

    /// <summary>Gets the timestamp of events made here: midnight of 1 January 2000, UTC.</summary>
    public static DateTimeOffset Timestamp { get; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes an event whose actor's name is a number.</summary>
    /// <param name="number">The number; <see cref="NumberOf"/> reads it back.</param>
    /// <param name="source">The source.</param>
    /// <returns>The event, a <c>custom-0</c>.</returns>
    public static Event Numbered(int number, string source = Source) => new()
    {
        Type = Type,
        Action = EventAction.Custom(0),
        ActorName = number.ToString(CultureInfo.InvariantCulture),
        Source = source,
        Timestamp = Timestamp,
    };

    /// <summary>Makes events numbered in a row.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="source">The source.</param>
    /// <returns>The events.</returns>
    public static IReadOnlyList<Event> Numbered(int first, int count, string source = Source) =>
        [.. Enumerable.Range(first, count).Select(number => Numbered(number, source))];

    /// <summary>Makes an event of a container.</summary>
    /// <param name="action">What happened.</param>
    /// <param name="name">The container's name.</param>
    /// <param name="id">Its id; null for one made of the name.</param>
    /// <returns>The event, of the type <see cref="EventType.Docker"/>.</returns>
    public static Event Container(EventAction action, string name, string? id = null) =>
        new EventBuilder().OfType(EventType.Docker).WithAction(action).WithActor(name, id ?? $"id-of-{name}").Build();

    /// <summary>Makes an event of a file.</summary>
    /// <param name="action">What happened.</param>
    /// <param name="path">The file's path.</param>
    /// <returns>The event, of the type <see cref="EventType.File"/>.</returns>
    public static Event File(EventAction action, string path) =>
        new EventBuilder().OfType(EventType.File).WithAction(action).WithActor(path).Build();

    /// <summary>Makes a <see cref="EventAction.ForceReload"/>.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The event.</returns>
    public static Event ForceReload(string source = Source, string reason = "test") =>
        Event.ForceReload(Type, source, reason, dropped: null, Timestamp);

    /// <summary>Reads the number of an event that <see cref="Numbered(int, string)"/> made.</summary>
    /// <param name="item">The event.</param>
    /// <returns>The number.</returns>
    /// <exception cref="FormatException">Its actor's name is no number.</exception>
    public static int NumberOf(Event item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return int.Parse(item.ActorName, NumberStyles.Integer, CultureInfo.InvariantCulture);
    }
}
