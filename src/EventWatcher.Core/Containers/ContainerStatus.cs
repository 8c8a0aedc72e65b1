namespace EventWatcher;

/// <summary>What state a container is in, as far as starting and stopping it is concerned.</summary>
public enum ContainerStatus
{
    /// <summary>There is no such container.</summary>
    Missing = 0,

    /// <summary>It exists and does not run: created, exited.</summary>
    Stopped,

    /// <summary>It is about to run: restarting.</summary>
    Starting,

    /// <summary>Its process runs. Says nothing about its health.</summary>
    Running,

    /// <summary>Its process is frozen.</summary>
    Paused,

    /// <summary>It can't be used: dead, being removed, or in a state that the provider doesn't know.</summary>
    Error,
}
