namespace EventWatcher.Idle;

/// <summary>How a wake's work ended.</summary>
/// <param name="Holds">On what it holds; whoever gets this releases them.</param>
/// <param name="Id">The container that runs now.</param>
/// <param name="Before">What state it was in before.</param>
/// <param name="Refusal">Why it does not run; null where it does.</param>
internal sealed record WakeResult(List<DependencyHold> Holds, ContainerId Id, ContainerStatus Before, IdleRefusal? Refusal);
