namespace EventWatcher.Docker;

/// <summary>One event as the engine sent it.</summary>
/// <remarks>Immutable.</remarks>
public sealed class DockerEvent
{
    /// <summary>Initializes an event.</summary>
    /// <param name="type">What kind of object it concerns: <c>container</c>, <c>network</c>, <c>image</c>, …</param>
    /// <param name="action">What happened, as it was sent.</param>
    /// <param name="actorId">The object's id.</param>
    /// <param name="attributes">The object's attributes.</param>
    /// <param name="timeNanoseconds">When, in nanoseconds since 1970, by the engine's clock.</param>
    public DockerEvent(string type, string action, string actorId, EventAttributes attributes, long timeNanoseconds)
    {
        Type = type;
        Action = action;
        ActorId = actorId;
        Attributes = attributes;
        TimeNanoseconds = timeNanoseconds;
    }

    /// <summary>Gets what kind of object it concerns: <c>container</c>, <c>network</c>, <c>image</c>, …</summary>
    public string Type { get; }

    /// <summary>Gets what happened, as it was sent: <c>start</c>, <c>exec_create: sh -c date</c>, <c>health_status: healthy</c>.</summary>
    public string Action { get; }

    /// <summary>Gets the object's id: the full id of a container, the name of an image. Empty where the engine gives none.</summary>
    public string ActorId { get; }

    /// <summary>
    /// Gets the object's attributes: <c>name</c>, <c>image</c>, <c>exitCode</c>, and the labels, which overwrite
    /// attributes of the same name.
    /// </summary>
    public EventAttributes Attributes { get; }

    /// <summary>
    /// Gets when it happened, in nanoseconds since 1970, by the engine's clock. No order: it may go back a little
    /// from one event to the next. Zero where the engine gives none.
    /// </summary>
    public long TimeNanoseconds { get; }

    /// <summary>Gets when it happened, by the engine's clock, to the 100 nanoseconds.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(TimeNanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>Returns type, action and id.</summary>
    /// <returns>The words, for people.</returns>
    public override string ToString() => $"{Type} {Action} {ActorId}";
}
