namespace EventWatcher.Idle;

/// <summary>The words for <see cref="WakeEventType"/>.</summary>
public static class WakeEventTypes
{
    /// <summary>Returns the word that stands for a type on the wire, such as <c>waking-dependency</c>.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The word.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static string ToName(this WakeEventType type) => type switch
    {
        WakeEventType.Starting => "starting",
        WakeEventType.WakingDependency => "waking-dependency",
        WakeEventType.DependencyReady => "dependency-ready",
        WakeEventType.ContainerWoke => "container-woke",
        WakeEventType.WaitingReady => "waiting-ready",
        WakeEventType.Ready => "ready",
        WakeEventType.Error => "error",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such wake event."),
    };
}
