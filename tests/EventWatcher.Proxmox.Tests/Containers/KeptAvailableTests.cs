using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Guests that the cluster keeps available: an action's task only notes the wish, and is over long before it is fulfilled.</summary>
public sealed class KeptAvailableTests : ProxmoxTest
{
    private static readonly ContainerId Web = new("lxc/101");

    [Theory]
    [InlineData(false, "start", "hastart")]
    [InlineData(true, "shutdown", "hastop")]
    public async Task Wish_is_waited_for_until_it_is_fulfilled(bool isRunning, string action, string type)
    {
        Server.AddGuest("lxc", 101, "web", isRunning);
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", $$"""{"data":"UPID:pve1:0000138A:0002DA78:6592C000:{{type}}:101:root@pam:"}"""), "/status/" + action, "POST");
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", """{"data":{"status":"stopped","exitstatus":"OK"}}"""), "/tasks/UPID");
        await using var provider = new ProxmoxContainerProvider(Options<ProxmoxOptions>(), loggerFactory: null, Time);
        var begun = Time.GetUtcNow();
        Server.OnRequest = _ =>
        {
            // The manager comes round after 15 seconds.
            if (Time.GetUtcNow() - begun >= TimeSpan.FromSeconds(15) && Server.Guests["lxc/101"].Status == "running" == isRunning)
            {
                Server.Act(101, action);
            }
        };

        await Run(isRunning ? provider.StopAsync(Web) : provider.StartAsync(Web));

        Assert.Equal(isRunning ? "stopped" : "running", Server.Guests["lxc/101"].Status);
        Assert.Single(Server.Requests, static request => request.Method == "POST");
    }

    private protected override void Configure(FakeProxmoxOptions options) => options.TaskDuration = TimeSpan.Zero;
}
