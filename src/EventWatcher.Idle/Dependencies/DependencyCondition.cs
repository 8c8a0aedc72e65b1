namespace EventWatcher.Idle;

/// <summary>What must be so of a container before one that depends on it is started.</summary>
public enum DependencyCondition
{
    /// <summary>It runs.</summary>
    Started = 0,

    /// <summary>It serves: its probe has passed.</summary>
    Healthy,

    /// <summary>It has run to its end, and not failed.</summary>
    Completed,
}
