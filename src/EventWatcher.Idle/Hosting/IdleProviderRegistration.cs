namespace EventWatcher.Idle;

/// <summary>A provider that was added by name: the key of an <see cref="IContainerProvider"/>.</summary>
internal sealed record IdleProviderRegistration(string Name);
