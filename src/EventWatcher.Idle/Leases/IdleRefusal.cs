namespace EventWatcher.Idle;

/// <summary>That somebody got no lease, and why.</summary>
public sealed record IdleRefusal
{
    /// <summary>Gets the reason.</summary>
    public required IdleRefusalReason Reason { get; init; }

    /// <summary>Gets the name of the container that was asked for.</summary>
    public required string Container { get; init; }

    /// <summary>Gets what happened, in words for the operator. May carry the runtime's own; not meant for strangers.</summary>
    public required string Message { get; init; }

    /// <summary>Gets after what time another try is worth while, by the container's recent wake times.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the name of what the container depends on and what failed; null where it was the container itself.</summary>
    public string? Dependency { get; init; }

    /// <summary>Gets the cause, where there is one.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Gets the HTTP status that says this to a client: 502, 503 or 504.</summary>
    public int StatusCode => Reason switch
    {
        IdleRefusalReason.TooManyWaiting or IdleRefusalReason.ShuttingDown => 503,
        IdleRefusalReason.NotReadyInTime => 504,
        _ => 502,
    };
}
