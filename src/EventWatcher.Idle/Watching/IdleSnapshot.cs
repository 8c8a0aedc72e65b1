namespace EventWatcher.Idle;

/// <summary>How one container was doing at a moment, for dashboards.</summary>
public sealed record IdleSnapshot
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the state.</summary>
    public required IdleState State { get; init; }

    /// <summary>Gets the state as a health monitor has it: <c>napping</c>, <c>starting</c>, <c>healthy</c> or <c>error</c>.</summary>
    public string Status => State switch
    {
        IdleState.Napping or IdleState.Stopping => "napping",
        IdleState.Waking or IdleState.Starting => "starting",
        IdleState.Ready => "healthy",
        _ => "error",
    };

    /// <summary>Gets more about the state in words: the last error, what the last probe said. Empty where there is nothing to say.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Gets since when it has been in the state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets for how long it has been ready; null where it is not.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Gets how long the last probe that passed took; null where none has.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Gets how many probes there were in this start.</summary>
    public int Tries { get; init; }

    /// <summary>Gets when it sleeps if nobody uses it from now on; null where it doesn't, or is in use.</summary>
    public DateTimeOffset? NextSleep { get; init; }

    /// <summary>Gets how many leases are held.</summary>
    public int Leases { get; init; }

    /// <summary>Gets how many wait for a lease.</summary>
    public int Waiting { get; init; }

    /// <summary>Gets how many other containers that are awake depend on it.</summary>
    public int Dependents { get; init; }

    /// <summary>Gets the median of the latest wakes; null where there was none.</summary>
    public TimeSpan? ExpectedWake { get; init; }
}
