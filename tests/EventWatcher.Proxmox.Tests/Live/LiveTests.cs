#if LIVE_CLUSTER
namespace EventWatcher.Proxmox.Tests;

// Nothing is skipped where there is no cluster: then these do not exist.
public sealed class LiveProviderConformanceTests : LiveProviderConformance;

public sealed class LiveWatcherConformanceTests : LiveWatcherConformance;
#endif
