namespace EventWatcher.Idle;

/// <summary>How one container is to be managed.</summary>
/// <param name="Options">By what.</param>
/// <param name="Session">Whose container it is.</param>
/// <param name="Info">What the last list said of it; null where it was not in it, or there was none yet.</param>
/// <param name="IsConfigured">Whether configuration says so, and not labels or others' dependencies.</param>
internal sealed record ContainerPlan(IdleContainerOptions Options, ProviderSession Session, ContainerInfo? Info, bool IsConfigured);
