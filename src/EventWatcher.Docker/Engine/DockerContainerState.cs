namespace EventWatcher.Docker;

/// <summary>A container's state, inspected.</summary>
public sealed record DockerContainerState
{
    /// <summary>
    /// Gets the state in one word: <c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>,
    /// <c>exited</c>, <c>dead</c>; empty where the engine does not say.
    /// </summary>
    public string Status { get; init; } = "";

    /// <summary>Gets a value indicating whether it has a process. A paused container has one, and so does a restarting one to the engine.</summary>
    public bool Running { get; init; }

    /// <summary>Gets a value indicating whether it is frozen.</summary>
    public bool Paused { get; init; }

    /// <summary>Gets a value indicating whether it waits for its restart policy to start it again.</summary>
    public bool Restarting { get; init; }

    /// <summary>Gets a value indicating whether removing it has failed half-way.</summary>
    public bool Dead { get; init; }

    /// <summary>Gets the exit code of its last run.</summary>
    public int ExitCode { get; init; }

    /// <summary>Gets why it could not be started, in the engine's words; empty where it could.</summary>
    public string Error { get; init; } = "";

    /// <summary>Gets its health: <c>starting</c>, <c>healthy</c>, <c>unhealthy</c>; null without a health check.</summary>
    public string? Health { get; init; }

    /// <summary>Gets when it was last started; null where it never was.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it last ended; null where it never did.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
