using System.Net;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>A guest that is moved to another node in the middle of what is asked or told.</summary>
public sealed class MovingGuestTests : ProxmoxTest
{
    private static readonly ContainerId Web = new("lxc/101");

    [Theory]
    [InlineData("/status/current", 1)]
    [InlineData("/status/start", 1)]
    [InlineData("/status/current", 2)]
    [InlineData("/status/current", 3)]
    public async Task Start_of_a_guest_that_is_moved_meanwhile_succeeds(string path, int occurrence)
    {
        await using var provider = NewProvider(isRunning: false, path, occurrence);

        await Run(provider.StartAsync(Web));

        Assert.Equal("running", Server.Guests["lxc/101"].Status);
        Assert.InRange(Server.Requests.Count(static request => request.Method == "POST"), 1, 2);
    }

    [Theory]
    [InlineData("/status/current", 1)]
    [InlineData("/status/shutdown", 1)]
    [InlineData("/status/current", 2)]
    public async Task Stop_of_a_guest_that_is_moved_meanwhile_succeeds(string path, int occurrence)
    {
        await using var provider = NewProvider(isRunning: true, path, occurrence);

        await Run(provider.StopAsync(Web));

        Assert.Equal("stopped", Server.Guests["lxc/101"].Status);
    }

    [Fact]
    public async Task Status_and_address_of_a_guest_that_is_moved_meanwhile_are_found()
    {
        await using var provider = NewProvider(isRunning: true, "/status/current", 1);
        Assert.Equal(ContainerStatus.Running, await provider.GetStatusAsync(Web));
        await using var other = NewProvider(isRunning: null, "/interfaces", 1);
        Server.SetAddresses(101, ("eth0", "10.0.0.5"));

        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.5"), 80), await other.GetEndpointAsync(Web, 80));
    }

    [Fact]
    public async Task Guest_destroyed_meanwhile_is_not_found()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.OnRequest = request =>
        {
            if (request.Method == "POST")
            {
                Server.LoseGuest(101);
            }
        };
        await using var provider = new ProxmoxContainerProvider(Options<ProxmoxOptions>(), loggerFactory: null, Time);

        await Assert.ThrowsAsync<ContainerNotFoundException>(() => Run(provider.StartAsync(Web)));
        Assert.Equal(ContainerStatus.Missing, await provider.GetStatusAsync(Web));
    }

    private ProxmoxContainerProvider NewProvider(bool? isRunning, string path, int occurrence)
    {
        if (isRunning is { } runs)
        {
            Server.AddGuest("lxc", 101, "web", runs);
        }

        var left = occurrence;
        Server.OnRequest = request =>
        {
            if (request.Path.EndsWith(path, StringComparison.Ordinal) && Interlocked.Decrement(ref left) == 0)
            {
                Server.Migrate(101, Server.Guests["lxc/101"].Node == "pve1" ? "pve2" : "pve1");
            }
        };
        return new ProxmoxContainerProvider(Options<ProxmoxOptions>(), loggerFactory: null, Time);
    }

    private protected override void Configure(FakeProxmoxOptions options)
    {
        options.Nodes = ["pve1", "pve2"];
        options.TaskDuration = TimeSpan.Zero;
    }
}
