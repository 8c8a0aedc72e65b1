using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>A fake cluster in real time, made quick, for the conformance tests.</summary>
internal static class FakeClusterConformance
{
    public static FakeProxmox NewServer() => new(new FakeProxmoxOptions
    {
        TaskDuration = TimeSpan.FromMilliseconds(20),
        TaskListLag = TimeSpan.FromMilliseconds(50),
        UnauthorizedDelay = TimeSpan.FromMilliseconds(50),
        CachePeriod = TimeSpan.FromMilliseconds(400),
        CacheLag = TimeSpan.FromMilliseconds(100),
    });

    public static ProxmoxWatcherOptions OptionsFor(FakeProxmox server) => new()
    {
        Endpoint = server.Endpoint.ToString(),
        Cluster = "lab",
        Token = server.Token,
        Fingerprint = server.Fingerprint,
        TasksInterval = TimeSpan.FromMilliseconds(100),
        ResourcesInterval = TimeSpan.FromMilliseconds(500),
    };
}
