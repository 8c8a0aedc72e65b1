namespace EventWatcher.Idle;

/// <summary>What bad health of a container that was ready means.</summary>
public enum UnhealthyIs
{
    /// <summary>It is shown, and nothing else.</summary>
    Ignore = 0,

    /// <summary>The state becomes <see cref="IdleState.Error"/>: requests wait until it is healthy again, as in a wake.</summary>
    Error,
}
