using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What goes wrong is reported, nothing is invented, and afterwards all is right.</summary>
public sealed class TroubleTests : WatcherTest
{
    [Fact]
    public async Task Migration_of_a_running_machine_changes_the_node_only()
    {
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        await WatchAsync();

        Server.Migrate(100, "pve2");
        await EventsAsync(1);
        await PassAsync(60);

        var item = Assert.Single(Read());
        Assert.Equal(EventAction.ContainerUpdate, item.Action);
        Assert.Equal("pve2", item.ActorAttributes["node"]);
        Assert.Equal("pve1", item.ActorAttributes["previousNode"]);
        Server.Act(100, "stop");
        await EventsAsync(2);
        Assert.Equal("pve2", Read()[1].ActorAttributes["node"]);
    }

    [Theory]
    [InlineData(595)]
    [InlineData(596)]
    public async Task Node_lost_keeps_what_was_known_until_it_is_back(int status)
    {
        Server.AddGuest("lxc", 101, "here", isRunning: true);
        Server.AddGuest("lxc", 102, "there", isRunning: true, node: "pve2");
        await WatchAsync();

        Server.LoseNode("pve2", status);
        await UntilAsync(WatchState.Interrupted);
        await PassAsync(60);
        Assert.Empty(Read());
        Assert.Contains("pve2", Assert.Single(Errors()).Message, StringComparison.Ordinal);

        // The others go on.
        Server.Act(101, "stop");
        await EventsAsync(2);
        Server.PowerOff(102);
        Server.RestoreNode("pve2");
        await EventsAsync(3);
        await PassAsync(60);

        Assert.Equal("die here, stop here, die there", Story());
        Assert.Equal(WatchState.Ready, State);
    }

    [Fact]
    public async Task Guest_started_elsewhere_after_its_node_was_lost_died_and_started()
    {
        Server.AddGuest("qemu", 100, "db", isRunning: true, node: "pve2");
        await WatchAsync();
        Server.LoseNode("pve2");
        await UntilAsync(WatchState.Interrupted);

        // As high availability does it: the guest's configuration is moved, and it is started there.
        Server.LoseGuest(100);
        Server.AddGuest("qemu", 100, "db");
        Server.Act(100, "start");
        await EventsAsync(3);
        await PassAsync(60);

        Assert.Equal("update db, die db, start db", Story());
        Assert.Equal("pve1", Read()[2].ActorAttributes["node"]);
    }

    [Fact]
    public async Task Api_down_for_a_minute_differences_are_told_afterwards()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.AddGuest("lxc", 102, "job");
        Server.AddGuest("lxc", 103, "still", isRunning: true);
        await WatchAsync();

        await Server.GoAwayAsync();
        await UntilAsync(WatchState.Interrupted);
        Server.PowerOff(101);
        Server.Act(102, "start");
        await PassAsync(60);
        Assert.Empty(Read());
        Server.ComeBack();
        await EventsAsync(2);
        await PassAsync(60);

        Assert.Equal(["die web", "start job"], Read().Select(static item => item.ToString()).Order(StringComparer.Ordinal));
        Assert.All(Read(), static item => Assert.Equal("true", item.ActorAttributes["eventwatcher.synthesized"]));
        Assert.Single(Errors());
        Assert.Equal(WatchState.Ready, State);
    }

    [Fact]
    public async Task More_tasks_during_an_outage_than_the_list_holds_are_a_force_reload()
    {
        for (var vmid = 100; vmid < 130; vmid++)
        {
            Server.AddGuest("lxc", vmid, $"g{vmid}");
        }

        Server.Act(100, "start");
        await WatchAsync();
        await Server.GoAwayAsync();
        await UntilAsync(WatchState.Interrupted);
        for (var vmid = 101; vmid < 130; vmid++)
        {
            Server.Act(vmid, "start");
            Server.Act(vmid, "resume");
        }

        await PassAsync(20);
        Server.ComeBack();
        await Pump.UntilAsync(Time, () => Read().Count(static item => item.Action == EventAction.ContainerStart) == 30, IsQuiet, Story);
        await PassAsync(60);

        Assert.Single(Read(), static item => item.Action.IsForceReload);
        Assert.Equal(31, Read().Count);
    }

    [Fact]
    public async Task Token_revoked_and_given_back()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();

        Server.RevokeToken();
        await UntilAsync(WatchState.Interrupted);
        await PassAsync(120);
        Assert.Empty(Read());
        Assert.IsType<ProxmoxAuthenticationException>(Assert.Single(Errors()).InnerException);

        // Tried again now and then, and not with every poll: each refusal costs the server three seconds.
        Assert.InRange(Server.Requests.Count(request => request.Time > Time.GetUtcNow() - TimeSpan.FromSeconds(100)), 2, 8);
        Server.RestoreToken();
        await UntilAsync(WatchState.Ready);
        Server.Act(101, "stop");
        await EventsAsync(2);

        Assert.Equal("die web, stop web", Story());
    }

    [Fact]
    public async Task Ticket_expired_midway_nobody_notices()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.AddToken("ops@pam", "pass");
        Server.Allow("ops@pam", "/", "Sys.Audit", "VM.Audit");
        await WatchAsync(static options => (options.Token, options.User, options.Password) = (null, "ops@pam", "pass"));

        Server.ForgetTickets();
        await PassAsync(20);
        Server.Act(101, "start");
        await EventsAsync(1);

        Assert.Equal("start web", Story());
        Assert.Empty(Errors());
    }

    [Fact]
    public async Task Privilege_taken_away_hides_and_destroys_nothing()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.AddGuest("lxc", 102, "job", isRunning: true);
        await WatchAsync();

        Server.Allow(user: null, "/vms");
        await UntilAsync(WatchState.Interrupted);
        await PassAsync(120);
        Assert.Empty(Read());
        Assert.IsType<ProxmoxForbiddenException>(Assert.Single(Errors()).InnerException);
        Server.PowerOff(102);
        Server.Allow(user: null, "/vms", "VM.Audit");
        await EventsAsync(1);
        await PassAsync(60);

        Assert.Equal("die job", Story());
        Assert.Equal(WatchState.Ready, State);
    }

    [Fact]
    public async Task Minority_destroys_nothing()
    {
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();
        Server.SetQuorum(false);

        Server.LoseGuest(101);
        await PassAsync(60);
        Assert.Empty(Read());
        Server.SetQuorum(true);
        await EventsAsync(1);

        Assert.Equal("destroy web", Story());
    }

    [Fact]
    public async Task Token_that_sees_no_tasks_is_told_once_and_sees_changes_all_the_same()
    {
        Server.Forbid();
        Server.Allow(user: null, "/vms", "VM.Audit");
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();

        Server.Act(101, "start");
        await EventsAsync(1);
        await PassAsync(30);
        Server.Act(101, "stop");
        await EventsAsync(2);
        await PassAsync(400);

        Assert.Equal("start web, die web", Story());
        Assert.Equal("Sys.Audit", Assert.IsType<ProxmoxForbiddenException>(Assert.Single(Errors()).InnerException).Privilege);
        Assert.DoesNotContain(Server.Requests, static request => request.Path == "/cluster/tasks");
    }

    [Fact]
    public async Task Outage_without_the_list_of_tasks_is_a_force_reload()
    {
        Server.Forbid();
        Server.Allow(user: null, "/vms", "VM.Audit");
        await WatchAsync();

        await Server.GoAwayAsync();
        await UntilAsync(WatchState.Interrupted);
        Server.ComeBack();
        await EventsAsync(1);
        await PassAsync(60);

        Assert.True(Assert.Single(Read()).Action.IsForceReload);
    }

    [Fact]
    public async Task Cluster_absent_at_first_is_waited_for()
    {
        await Server.GoAwayAsync();
        Server.AddGuest("lxc", 101, "web");
        BeginToWatch();
        await UntilAsync(WatchState.Interrupted);
        await PassAsync(30);

        Server.ComeBack();
        await UntilAsync(WatchState.Ready);
        Server.Act(101, "start");
        await EventsAsync(1);

        Assert.Equal("start web", Story());
    }

    [Fact]
    public async Task Answers_that_are_no_answers_are_reported_and_change_nothing()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();

        Server.Inject(FakeProxmoxFault.Answer(200, "OK", "<html>maintenance</html>"), "/cluster/", times: 6);
        await UntilAsync(WatchState.Interrupted);
        Server.Inject(FakeProxmoxFault.CutBody, "/cluster/", times: 6);
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", """{"data":[]}"""), "/cluster/resources");
        Server.Inject(FakeProxmoxFault.Answer(500, "got timeout"), "/status/current", times: 3);
        await PassAsync(120);

        Assert.Empty(Read());
        Assert.Equal(WatchState.Ready, State);
    }

    private protected override void Configure(FakeProxmoxOptions options) => options.Nodes = ["pve1", "pve2"];
}
