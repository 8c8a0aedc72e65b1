using System.Globalization;
using System.Text.Json.Serialization;

namespace EventWatcher;

/// <summary>Something that happened to a container, a guest, a file, or an actor of one's own.</summary>
/// <remarks>
/// Immutable and compared by value, attributes by content. Read and written as JSON, without reflection, by
/// <see cref="EventJsonContext"/>.
/// </remarks>
public sealed record Event
{
    /// <summary>The attribute of a <see cref="EventAction.ForceReload"/> that says why it was sent.</summary>
    public const string ReasonAttribute = "reason";

    /// <summary>
    /// The attribute of a <see cref="EventAction.ForceReload"/> that says how many events are known to be missing;
    /// absent where that is not known.
    /// </summary>
    public const string DroppedAttribute = "dropped";

    private readonly string _actorName = "";
    private readonly string _actorId = "";
    private readonly string _source = "";
    private readonly EventAttributes _attributes = EventAttributes.Empty;

    /// <summary>Gets the kind of source the event comes from.</summary>
    public required EventType Type { get; init; }

    /// <summary>Gets what happened.</summary>
    public required EventAction Action { get; init; }

    /// <summary>Gets the name of the container, or the path of the file. Never null; empty where there is none.</summary>
    public string ActorName
    {
        get => _actorName;
        init => _actorName = value ?? "";
    }

    /// <summary>Gets the container's full id. Never null; empty where there is none.</summary>
    public string ActorId
    {
        get => _actorId;
        init => _actorId = value ?? "";
    }

    /// <summary>
    /// Gets what the source says beyond name and id (a container's labels and image, a file's path).
    /// Never null; copied when it is set.
    /// </summary>
    [JsonConverter(typeof(EventAttributesJsonConverter))]
    public IReadOnlyDictionary<string, string> ActorAttributes
    {
        get => _attributes;
        init => _attributes = EventAttributes.From(value);
    }

    /// <summary>
    /// Gets when it happened: the source's own time where it has one, else the time it was observed.
    /// The default value where neither is known.
    /// </summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>
    /// Gets which watcher or host the event comes from, so that two engines can feed one queue. Never null, free of
    /// secrets; empty where the watcher has no name.
    /// </summary>
    public string Source
    {
        get => _source;
        init => _source = value ?? "";
    }

    /// <summary>Gets the sequence number of an event that came from a replayable source; null otherwise.</summary>
    public long? Position { get; init; }

    /// <summary>Makes the event that says: something may have been missed here, read the true state anew.</summary>
    /// <param name="type">The kind of source concerned.</param>
    /// <param name="source">The source concerned.</param>
    /// <param name="reason">Why, in a few words; it becomes the attribute <see cref="ReasonAttribute"/>.</param>
    /// <param name="dropped">
    /// How many events are missing; it becomes the attribute <see cref="DroppedAttribute"/>. Null where that is not known.
    /// </param>
    /// <param name="timestamp">When it was found out.</param>
    /// <returns>The event. Its actor has neither name nor id.</returns>
    public static Event ForceReload(EventType type, string source, string reason, long? dropped = null, DateTimeOffset timestamp = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var attributes = EventAttributes.Create([new(ReasonAttribute, reason)]);
        return new Event
        {
            Type = type,
            Action = EventAction.ForceReload,
            Source = source,
            Timestamp = timestamp,
            ActorAttributes = dropped is { } count
                ? attributes.With(DroppedAttribute, count.ToString(CultureInfo.InvariantCulture))
                : attributes,
        };
    }

    /// <summary>Returns action and actor: <c>start nginx</c>.</summary>
    /// <returns>The words, for people.</returns>
    public override string ToString()
    {
        var actor = ActorName.Length > 0 ? ActorName : ActorId;
        return actor.Length > 0 ? $"{Action.ToName()} {actor}" : Action.ToName();
    }
}
