namespace EventWatcher.Idle;

/// <summary>A provider that was added by name.</summary>
internal sealed record IdleProviderRegistration(string Name, Func<IServiceProvider, IContainerProvider> Create);
