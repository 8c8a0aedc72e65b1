namespace EventWatcher.Idle;

/// <summary>One step of a wake, for whoever shows progress.</summary>
public sealed record WakeEvent
{
    /// <summary>Gets the number of the event: it grows with every event of this container, also over a restart of the process.</summary>
    public required long Id { get; init; }

    /// <summary>Gets what happened.</summary>
    public required WakeEventType Type { get; init; }

    /// <summary>Gets the name of the container that is being woken.</summary>
    public required string Container { get; init; }

    /// <summary>Gets what happened in words.</summary>
    public required string Message { get; init; }

    /// <summary>Gets when.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Gets the time since the wake began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Gets the name of what is being waited for, on events about a dependency; else null.</summary>
    public string? Dependency { get; init; }

    /// <summary>Gets why the wake failed, on <see cref="WakeEventType.Error"/>; else null.</summary>
    public IdleRefusal? Refusal { get; init; }

    /// <summary>Gets the error in words, on <see cref="WakeEventType.Error"/>; else null.</summary>
    public string? Error => Refusal?.Message;

    /// <summary>Gets whether the wake ends with this event.</summary>
    public bool IsEnd => Type is WakeEventType.Ready or WakeEventType.Error;
}
