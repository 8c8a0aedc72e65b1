namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxWatcherTests : WatcherTest
{
    [Fact]
    public async Task Baseline_is_silent()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.AddGuest("qemu", 100, "db");
        await WatchAsync();

        await PassAsync(60);

        Assert.Empty(Read());
        Assert.Empty(Errors());
    }

    [Fact]
    public async Task Start_and_stop_by_somebody_say_who_and_how()
    {
        Server.AddGuest("lxc", 101, "web", tags: "prod;web", pool: "front");
        await WatchAsync();

        var start = Server.Act(101, "start");
        var events = await EventsAsync(1);

        var item = events[0];
        Assert.Equal("start web", item.ToString());
        Assert.Equal(EventType.Proxmox, item.Type);
        Assert.Equal("lab/lxc/101", item.ActorId);
        Assert.Equal("lab", item.Source);
        Assert.Equal("101", item.ActorAttributes["vmid"]);
        Assert.Equal("pve1", item.ActorAttributes["node"]);
        Assert.Equal("lxc", item.ActorAttributes["type"]);
        Assert.Equal("prod;web", item.ActorAttributes["tags"]);
        Assert.Equal("front", item.ActorAttributes["pool"]);
        Assert.Equal("requested", item.ActorAttributes["cause"]);
        Assert.Equal("root@pam", item.ActorAttributes["user"]);
        Assert.Equal(start, item.ActorAttributes["task"]);
        Server.Act(101, "shutdown");
        await EventsAsync(3);
        await PassAsync(60);
        Assert.Equal("start web, die web, stop web", Story());
        Assert.Equal("requested", Read()[1].ActorAttributes["cause"]);
    }

    [Fact]
    public async Task Power_off_from_inside_is_a_die()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();

        Server.PowerOff(101);
        await EventsAsync(1);
        await PassAsync(60);

        Assert.Equal("die web", Story());
        Assert.Equal("spontaneous", Read()[0].ActorAttributes["cause"]);
        Assert.False(Read()[0].ActorAttributes.ContainsKey("user"));
    }

    [Theory]
    [InlineData("lxc")]
    [InlineData("qemu")]
    public async Task Restart_from_inside_between_two_polls_is_die_and_start(string kind)
    {
        Server.AddGuest(kind, 101, "web", isRunning: true);
        await WatchAsync();

        Server.Restart(101);
        await EventsAsync(2);
        await PassAsync(60);

        Assert.Equal("die web, start web", Story());
    }

    [Fact]
    public async Task Stop_and_start_between_two_polls_are_both_told()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();

        Server.Act(101, "stop");
        Server.Act(101, "start");
        await EventsAsync(3);
        await PassAsync(60);

        Assert.Equal("die web, stop web, start web", Story());
    }

    [Fact]
    public async Task Reboot_by_somebody_is_die_stop_and_start()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();

        Server.Act(101, "reboot");
        await EventsAsync(3);
        await PassAsync(60);

        Assert.Equal("die web, stop web, start web", Story());
        Assert.All(Read(), static item => Assert.Equal("requested", item.ActorAttributes["cause"]));
    }

    [Fact]
    public async Task Machine_that_is_suspended_and_resumed_pauses_and_unpauses()
    {
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        await WatchAsync();

        Server.Act(100, "suspend");
        await EventsAsync(1);
        await PassAsync(30);
        Server.Act(100, "resume");
        await EventsAsync(2);
        await PassAsync(60);

        Assert.Equal("pause db, unpause db", Story());
    }

    [Fact]
    public async Task Guest_created_and_destroyed()
    {
        await WatchAsync();

        Server.CreateGuest("lxc", 102, "new");
        await EventsAsync(1);
        await PassAsync(30);
        Server.Act(102, "start");
        await EventsAsync(2);
        await PassAsync(30);
        Server.DestroyGuest(102);
        await EventsAsync(5);
        await PassAsync(60);

        Assert.Equal("create new, start new, die new, stop new, destroy new", Story());
    }

    [Fact]
    public async Task Guest_that_vanishes_without_a_task_is_destroyed_after_two_lists()
    {
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();

        Server.LoseGuest(101);
        await EventsAsync(1);

        Assert.Equal("destroy web", Story());
        Assert.True(Server.Requests.Count(static request => request.Path.EndsWith("/lxc/101/status/current", StringComparison.Ordinal)) >= 2);
    }

    [Fact]
    public async Task Guest_renamed_says_the_name_from_before()
    {
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();

        Server.SetGuest(101, name: "www");
        await EventsAsync(1);
        await PassAsync(30);

        Assert.Equal("rename www", Story());
        Assert.Equal("web", Read()[0].ActorAttributes["oldName"]);
    }

    [Fact]
    public async Task Task_that_changes_nothing_is_no_event()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.SetGuest(101, lockedBy: "backup");
        await WatchAsync();

        Server.Act(101, "start");
        await PassAsync(60);

        Assert.Empty(Read());
    }

    [Fact]
    public async Task Old_stop_does_not_explain_a_new_end()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();
        Server.Act(101, "stop");
        await EventsAsync(2);
        Server.Act(101, "start");
        await EventsAsync(3);
        await PassAsync(60);

        Server.PowerOff(101);
        await EventsAsync(4);
        await PassAsync(60);

        Assert.Equal("die web, stop web, start web, die web", Story());
    }

    [Fact]
    public async Task Change_just_before_the_first_look_is_part_of_the_baseline()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.Act(101, "stop");
        Time.Advance(TimeSpan.FromSeconds(2));
        await WatchAsync();

        // The list of resources goes on saying for a while that it runs.
        await PassAsync(40);
        Server.Act(101, "start");
        await EventsAsync(1);
        await PassAsync(40);

        Assert.Equal("start web", Story());
    }

    [Fact]
    public async Task Many_changes_at_once_come_in_the_order_of_their_tasks()
    {
        for (var vmid = 100; vmid < 120; vmid++)
        {
            Server.AddGuest("lxc", vmid, $"g{vmid}");
        }

        await WatchAsync();
        for (var vmid = 119; vmid >= 100; vmid--)
        {
            Server.Act(vmid, "start");
            Time.Advance(TimeSpan.FromMilliseconds(20));
        }

        await EventsAsync(20);

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"start g{119 - i}"), Read().Select(static item => item.ToString()));
    }

    [Fact]
    public async Task More_ends_than_the_list_of_tasks_has_room_for_are_still_explained()
    {
        for (var vmid = 100; vmid < 140; vmid++)
        {
            Server.AddGuest("lxc", vmid, $"g{vmid}", isRunning: true);
        }

        await WatchAsync();
        for (var vmid = 100; vmid < 140; vmid++)
        {
            Server.Act(vmid, "stop");
        }

        await EventsAsync(80);
        await PassAsync(30);

        Assert.Equal(80, Read().Count);
        Assert.Equal(40, Read().Count(static item => item.Action == EventAction.ContainerStop));
    }

    [Fact]
    public async Task Two_watchers_share_one_polling()
    {
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();
        await using var other = new ProxmoxWatcher(Options<ProxmoxWatcherOptions>(), logger: null, Time).Watch();
        await other.Ready;
        var before = Server.Requests.Count;

        await PassAsync(9.5);

        Assert.InRange(Server.Requests.Count - before, 10, 14);
    }

    [Fact]
    public async Task Idle_cluster_is_asked_less_than_three_times_a_second_whatever_its_size()
    {
        for (var vmid = 100; vmid < 1_100; vmid++)
        {
            Server.AddGuest("lxc", vmid, $"g{vmid}", isRunning: vmid % 2 == 0);
        }

        await WatchAsync();
        var before = Server.Requests.Count;
        await PassAsync(60);

        Assert.InRange(Server.Requests.Count - before, 60, 100);
        Assert.Empty(Read());
    }
}
