using System.Net;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxContainerProviderTests : ProxmoxTest
{
    private ProxmoxContainerProvider? _provider;

    private ProxmoxContainerProvider Provider => _provider ??= new ProxmoxContainerProvider(Options<ProxmoxOptions>(), loggerFactory: null, Time);

    public override async Task DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("lab/lxc/101")]
    [InlineData("lxc/101")]
    [InlineData("101")]
    [InlineData("web")]
    public async Task Guest_is_found_by_whatever_names_it(string id)
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.AddGuest("lxc", 102, "other");

        Assert.Equal(ContainerStatus.Running, await Provider.GetStatusAsync(new(id)));
        Assert.Equal(ContainerStatus.Missing, await Provider.GetStatusAsync(new("qemu/101")));
    }

    [Fact]
    public async Task Name_that_two_have_names_nobody()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.AddGuest("qemu", 102, "web");

        var exception = await Assert.ThrowsAsync<ContainerNotFoundException>(() => Provider.StartAsync(new("web")));

        Assert.Contains("lxc/101, qemu/102", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_has_labels_and_knows_what_was_just_done()
    {
        Server.AddGuest("lxc", 101, "web", tags: "prod;web", pool: "front");
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        await Run(Provider.StartAsync(new("lxc/101")));

        var list = await Provider.ListAsync();

        Assert.Equal(["lab/qemu/100", "lab/lxc/101"], list.Select(static item => item.Id.Value));
        Assert.All(list, static item => Assert.Equal(ContainerStatus.Running, item.Status));
        Assert.Equal("prod;web", list[1].Labels["tags"]);
        Assert.Equal("front", list[1].Labels["pool"]);
    }

    [Fact]
    public async Task Stop_shuts_down_with_time_and_force()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);

        await Run(Provider.StopAsync(new("lxc/101"), timeout: TimeSpan.FromSeconds(7.5)));

        var request = Assert.Single(Server.Requests, static request => request.Method == "POST");
        Assert.EndsWith("/status/shutdown", request.Path, StringComparison.Ordinal);
        Assert.Equal("8", request.Parameters["timeout"]);
        Assert.Equal("1", request.Parameters["forceStop"]);
    }

    [Fact]
    public async Task Stop_of_a_guest_that_will_not_is_forced_by_the_cluster()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.SetGuest(101, ignoresShutdown: true);

        await Run(Provider.StopAsync(new("lxc/101"), timeout: TimeSpan.FromSeconds(5)));

        Assert.Equal("stopped", Server.Guests["lxc/101"].Status);
    }

    [Fact]
    public async Task Stop_with_infinite_patience_forces_nothing()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);

        await Run(Provider.StopAsync(new("lxc/101"), timeout: Timeout.InfiniteTimeSpan));

        Assert.DoesNotContain("forceStop", Assert.Single(Server.Requests, static request => request.Method == "POST").Parameters.Keys);
    }

    [Fact]
    public async Task Stop_of_a_paused_machine_lets_it_go_on_first()
    {
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        await Run(Provider.PauseAsync(new("qemu/100")));

        await Run(Provider.StopAsync(new("qemu/100")));

        Assert.Equal(["suspend", "resume", "shutdown"], Server.Requests.Where(static request => request.Method == "POST").Select(static request => request.Path.Split('/')[^1]));
    }

    [Fact]
    public async Task Kill_on_a_cluster_that_is_older_leaves_the_parameter_out()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.Inject(FakeProxmoxFault.Answer(400, "Parameter verification failed.", """{"data":null,"errors":{"overrule-shutdown":"property is not defined in schema"},"message":"Parameter verification failed.\n"}"""), "/status/stop");

        await Run(Provider.KillAsync(new("lxc/101")));

        Assert.Equal("stopped", Server.Guests["lxc/101"].Status);
    }

    [Fact]
    public async Task Start_whose_answer_was_lost_is_found_and_not_said_again()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.Inject(FakeProxmoxFault.AnswerLost, "/status/start");

        await Run(Provider.StartAsync(new("lxc/101")));

        Assert.Equal("running", Server.Guests["lxc/101"].Status);
        Assert.Single(Server.Requests, static request => request.Method == "POST");
    }

    [Fact]
    public async Task Start_that_was_never_heard_is_said_again_after_looking_twice()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.Inject(FakeProxmoxFault.Lost, "/status/start");

        await Run(Provider.StartAsync(new("lxc/101")));

        Assert.Equal("running", Server.Guests["lxc/101"].Status);
        Assert.Equal(2, Server.Requests.Count(static request => request.Method == "POST"));
        Assert.Equal(2, Server.Requests.Count(static request => request.Path.EndsWith("/tasks", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("backup", null, typeof(ContainerConflictException))]
    [InlineData(null, "command 'systemctl start pve-container@101' failed: exit code 1", typeof(ContainerOperationException))]
    [InlineData(null, "WARNINGS: 2", null)]
    public async Task Start_ends_as_its_task_does(string? lockedBy, string? outcome, Type? expected)
    {
        Server.AddGuest("lxc", 101, "web");
        Server.SetGuest(101, lockedBy: lockedBy, startOutcome: outcome);

        var exception = await Record.ExceptionAsync(() => Run(Provider.StartAsync(new("lxc/101"))));

        Assert.Equal(expected, exception?.GetType());
        Assert.Contains(lockedBy ?? (expected is null ? "" : outcome!), exception?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_without_the_privilege_names_it()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.Allow(user: null, "/vms", "VM.Audit");

        var exception = await Assert.ThrowsAsync<ContainerOperationException>(() => Run(Provider.StartAsync(new("lxc/101"))));

        Assert.Contains("VM.PowerMgmt", exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception);
    }

    [Fact]
    public async Task Start_on_a_node_that_is_away_is_unreachable()
    {
        Server.AddGuest("lxc", 101, "web", node: "pve2");
        Server.LoseNode("pve2");

        await Assert.ThrowsAsync<ContainerProviderUnreachableException>(() => Run(Provider.StartAsync(new("lxc/101"))));
    }

    [Fact]
    public async Task Address_is_that_of_the_first_network_device()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.SetAddresses(101, ("eth0", "10.0.0.5"), ("eth1", "192.168.7.5"));

        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.5"), 8080), await Provider.GetEndpointAsync(new("lxc/101"), 8080));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Address_of_a_machine_is_from_its_agent_or_its_configuration(bool hasAgent)
    {
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        Server.SetGuest(100, hasAgent: hasAgent);
        Server.SetAddresses(100, ("ens18", "10.0.0.6"));

        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.6"), 5432), await Provider.GetEndpointAsync(new("qemu/100"), 5432));
    }

    [Fact]
    public async Task Address_is_none_of_the_machine_alone_unless_the_configuration_says_so()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        Server.SetGuest(100, hasAgent: true);
        Server.SetAddresses(101, ("eth0", "127.0.0.2"));
        Server.SetAddresses(100, ("Loopback Pseudo-Interface 1", "127.0.0.1"));

        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 80), await Provider.GetEndpointAsync(new("lxc/101"), 80));
        await Assert.ThrowsAsync<ContainerConflictException>(() => Provider.GetEndpointAsync(new("qemu/100"), 80));
    }

    [Fact]
    public async Task Shutdown_whose_answer_was_lost_is_found_on_a_node_whose_clock_is_behind()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true, node: "pve3");
        Server.SetGuest(101, ignoresShutdown: true);
        Server.Inject(FakeProxmoxFault.AnswerLost, "/status/shutdown");

        await Run(Provider.StopAsync(new("lxc/101"), timeout: TimeSpan.FromSeconds(20)));

        Assert.Single(Server.Requests, static request => request.Method == "POST");
    }

    [Fact]
    public async Task Tags_say_what_labels_say_elsewhere()
    {
        Server.AddGuest("lxc", 101, "web", tags: "eventwatcher-idle-idle-timeout.10m;eventwatcher-idle-host.app.example;prod");

        var labels = Assert.Single(await Provider.ListAsync()).Labels;

        Assert.Equal("10m", labels["eventwatcher.idle.idle-timeout"]);
        Assert.Equal("app.example", labels["eventwatcher.idle.host"]);
        Assert.Equal("eventwatcher-idle-idle-timeout.10m;eventwatcher-idle-host.app.example;prod", labels["tags"]);
    }

    [Fact]
    public async Task Address_that_is_not_there_yet_is_a_conflict()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);

        await Assert.ThrowsAsync<ContainerConflictException>(() => Provider.GetEndpointAsync(new("lxc/101"), 80));
    }

    [Fact]
    public async Task Container_is_paused_by_a_checkpoint_only_where_that_is_wanted()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await Assert.ThrowsAsync<ContainerOperationNotSupportedException>(() => Provider.PauseAsync(new("lxc/101")));
        var options = Options<ProxmoxOptions>();
        options.AllowContainerCheckpoints = true;
        await using var other = new ProxmoxContainerProvider(options, loggerFactory: null, Time);

        await Run(other.PauseAsync(new("lxc/101")));
        Assert.Equal("stopped", Server.Guests["lxc/101"].Status);
        await Run(other.UnpauseAsync(new("lxc/101")));
        Assert.Equal("running", Server.Guests["lxc/101"].Status);
    }

    [Fact]
    public async Task Guest_that_moved_is_found_on_its_new_node()
    {
        Server.AddGuest("lxc", 101, "web");
        Assert.Equal(ContainerStatus.Stopped, await Provider.GetStatusAsync(new("lxc/101")));
        Server.Migrate(101, "pve2");
        Time.Advance(TimeSpan.FromSeconds(2));

        await Run(Provider.StartAsync(new("lxc/101")));

        Assert.Contains(Server.Requests, static request => request.Path == "/nodes/pve2/lxc/101/status/start");
    }

    private protected override void Configure(FakeProxmoxOptions options)
    {
        options.Nodes = ["pve1", "pve2", "pve3"];
        options.ClockOffsets = new Dictionary<string, TimeSpan>(StringComparer.Ordinal) { ["pve3"] = TimeSpan.FromMinutes(-10) };
    }
}
