namespace EventWatcher.IntegrationTests;

/// <summary>What <see cref="ScriptedOperations"/> does to a container.</summary>
public enum ContainerOperation
{
    Create,
    Start,
    Stop,
    Kill,

    /// <summary>A signal that changes nothing: an event without a consequence.</summary>
    SignalContinue,
    Pause,
    Unpause,
    Restart,
    Remove,
}
