using EventWatcher.TestKit;
using EventWatcher.Tests.Shared;

namespace EventWatcher.Proxmox.Tests;

public sealed class TracingTests : WatcherTest
{
    [Fact]
    public async Task First_look_and_actions_are_traced()
    {
        using var traces = new TraceRecorder("EventWatcher.Proxmox");
        Server.AddGuest("lxc", 101, "traced");
        Server.Inject(FakeProxmoxFault.Answer(500, "no"), "/access/permissions");
        await WatchAsync(static options => options.Name = "traced-source");
        await using var provider = new ProxmoxContainerProvider(Options<ProxmoxOptions>(), loggerFactory: null, Time);

        await Assert.ThrowsAsync<ContainerConflictException>(() => provider.KillAsync(new("lab/lxc/101")));

        Assert.Equal(["connect!", "connect"], traces.WordsWhere("eventwatcher.source", "traced-source"));
        Assert.Contains("kill!", traces.WordsWhere("eventwatcher.container", "lab/lxc/101"));
    }
}
