using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Clocks that are set, or that don't agree, start and stop nobody.</summary>
public sealed class ClockTests : WatcherTest
{
    private readonly Dictionary<string, TimeSpan> _offsets = new(StringComparer.Ordinal);

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    [InlineData(20)]
    public async Task Clock_of_the_server_that_is_set_starts_nobody_anew(int seconds)
    {
        Server.AddGuest("lxc", 101, "confirmed");
        Server.AddGuest("lxc", 102, "listed", isRunning: true);
        Server.AddGuest("qemu", 103, "machine", isRunning: true);
        await WatchAsync();
        Server.Act(101, "start");
        await EventsAsync(1);
        await PassAsync(120);

        _offsets["pve1"] = TimeSpan.FromSeconds(seconds);
        foreach (var vmid in (int[])[101, 102, 103])
        {
            // Each is confirmed.
            Server.SetGuest(vmid, name: $"new{vmid}");
        }

        await PassAsync(120);

        Assert.Equal(["rename", "rename", "rename", "start"], Read().Select(static item => item.Action.ToName()).Order(StringComparer.Ordinal));
        Server.Restart(102);
        await EventsAsync(6);
        Assert.Equal("die new102, start new102", string.Join(", ", Read().Skip(4)));
    }

    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public async Task Node_whose_clock_is_off_has_each_change_told_once(int seconds)
    {
        _offsets["pve2"] = TimeSpan.FromSeconds(seconds);
        Server.AddGuest("lxc", 101, "far", node: "pve2");
        await WatchAsync();

        Server.Act(101, "start");
        await EventsAsync(1);
        await PassAsync(60);
        Server.Act(101, "shutdown");
        await PassAsync(60);
        Server.Act(101, "start");
        await PassAsync(60);
        Server.PowerOff(101);
        await PassAsync(60);

        Assert.Equal(
            ["start", "die", "start", "die"],
            Read().Where(static item => item.Action != EventAction.ContainerStop).Select(static item => item.Action.ToName()));
    }

    private protected override void Configure(FakeProxmoxOptions options)
    {
        options.Nodes = ["pve1", "pve2"];
        options.ClockOffsets = _offsets;
    }
}
