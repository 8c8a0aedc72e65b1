namespace EventWatcher.Proxmox.Tests;

/// <summary>A number that passes from one guest to another, and a name that several have.</summary>
public sealed class ReusedNumberTests : WatcherTest
{
    [Theory]
    [InlineData("other")]
    [InlineData("web")]
    public async Task Guest_in_the_place_of_a_destroyed_one_is_another(string name)
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();
        await PassAsync(20);

        Server.DestroyGuest(101);
        Server.CreateGuest("lxc", 101, name);
        await PassAsync(60);

        Assert.Equal($"die web, stop web, destroy web, create {name}", Story());
        Server.Act(101, "start");
        await PassAsync(60);
        Assert.Equal($"die web, stop web, destroy web, create {name}, start {name}", Story());
    }

    [Fact]
    public async Task Guest_made_anew_before_the_first_look_is_not_made_anew_again()
    {
        Server.CreateGuest("lxc", 101, "web");
        Server.DestroyGuest(101);
        Server.CreateGuest("lxc", 101, "web");
        Time.Advance(TimeSpan.FromSeconds(3));
        await WatchAsync();
        Server.Act(101, "start");
        await PassAsync(60);

        Assert.Equal("start web", Story());
    }

    [Fact]
    public async Task Guest_made_anew_twice_between_two_looks_is_told_once()
    {
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();
        await PassAsync(20);
        for (var i = 0; i < 2; i++)
        {
            Server.DestroyGuest(101);
            Server.CreateGuest("lxc", 101, "web");
        }

        await PassAsync(60);

        Assert.Equal("destroy web, create web", Story());
    }

    [Fact]
    public async Task Machine_in_the_place_of_a_container_is_another()
    {
        Server.AddGuest("lxc", 101, "web");
        await WatchAsync();
        await PassAsync(20);
        Server.DestroyGuest(101);
        Server.CreateGuest("qemu", 101, "web");
        await PassAsync(60);

        Assert.Equal(["lab/lxc/101", "lab/qemu/101"], Read().Select(static item => item.ActorId).Order(StringComparer.Ordinal));
        Assert.Equal(["create", "destroy"], Read().Select(static item => item.Action.ToName()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Guests_of_one_name_are_told_apart_by_their_ids()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.AddGuest("lxc", 102, "web");
        Server.AddGuest("qemu", 103, "web");
        await WatchAsync();

        Server.Act(102, "start");
        await EventsAsync(1);
        Server.Act(103, "start");
        await EventsAsync(2);

        Assert.Equal(["lab/lxc/102", "lab/qemu/103"], Read().Select(static item => item.ActorId));
    }
}
