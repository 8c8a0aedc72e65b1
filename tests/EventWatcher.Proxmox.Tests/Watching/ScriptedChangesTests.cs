using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>A thousand changes on fifty guests, while the caches are stale and go backwards: each told once, none invented, and the end is right.</summary>
public sealed class ScriptedChangesTests : WatcherTest
{
    private const int FirstGuest = 100;
    private const int GuestCount = 50;
    private const int ChangeCount = 1_000;

    /// <summary>How long a guest is left alone after a change: two that nobody can see apart count for one.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(75);

    public static TheoryData<int> Seeds => Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long" ? [.. Enumerable.Range(1, 20)] : [1];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_change_is_told_once_and_none_is_invented(int seed)
    {
        var random = new Random(seed);
        var expected = new Dictionary<int, List<string>>();
        var next = new Dictionary<int, DateTimeOffset>();
        for (var vmid = FirstGuest; vmid < FirstGuest + GuestCount; vmid++)
        {
            Server.AddGuest(IsMachine(vmid) ? "qemu" : "lxc", vmid, Name(vmid), isRunning: random.Next(2) == 0);
            expected[vmid] = [];
            next[vmid] = Time.GetUtcNow();
        }

        await WatchAsync();
        for (var done = 0; done < ChangeCount;)
        {
            var rested = next.Where(entry => entry.Value <= Time.GetUtcNow()).Select(static entry => entry.Key).ToList();
            if (rested.Count > 0)
            {
                var vmid = rested[random.Next(rested.Count)];
                expected[vmid].AddRange(Change(random, vmid));
                next[vmid] = Time.GetUtcNow() + Rest;
                done++;
            }

            await PassAsync(random.NextDouble() * 2.5);
        }

        await PassAsync(60);

        var told = Read().GroupBy(static item => item.ActorName, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Select(static item => item.Action.ToName()).ToList(), StringComparer.Ordinal);
        foreach (var (vmid, actions) in expected)
        {
            Assert.True(actions.SequenceEqual(told.GetValueOrDefault(Name(vmid), []), StringComparer.Ordinal), $"Seed {seed}, {Name(vmid)}:\n{string.Join(' ', actions)}\n{string.Join(' ', told.GetValueOrDefault(Name(vmid), []))}");
        }

        var states = Watcher.Hub!.States.ToDictionary(static entry => entry.Key.ToString(), static entry => entry.Value.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        Assert.Equal(Server.Guests.ToDictionary(static entry => entry.Key, static entry => entry.Value.Status, StringComparer.Ordinal), states);
        Assert.Empty(Errors());
    }

    private static bool IsMachine(int vmid) => vmid % 3 == 0;

    private static string Name(int vmid) => "g" + vmid.ToString(CultureInfo.InvariantCulture);

    /// <summary>Does something that the guest's state allows.</summary>
    /// <returns>What is to be told of it.</returns>
    private string[] Change(Random random, int vmid)
    {
        var status = Server.Guests[$"{(IsMachine(vmid) ? "qemu" : "lxc")}/{vmid}"].Status;
        switch (status)
        {
            case "stopped":
                Server.Act(vmid, "start");
                return ["start"];
            case "paused":
                Server.Act(vmid, "resume");
                return ["unpause"];
            default:
                break;
        }

        switch (random.Next(IsMachine(vmid) ? 7 : 6))
        {
            case 0:
                Server.Act(vmid, "stop");
                return ["die", "stop"];
            case 1:
                Server.Act(vmid, "shutdown");
                return ["die", "stop"];
            case 2:
                Server.Act(vmid, "reboot");
                return ["die", "stop", "start"];
            case 3:
                Server.PowerOff(vmid);
                return ["die"];
            case 4:
                Server.Restart(vmid);
                return ["die", "start"];
            case 5:
                Server.Migrate(vmid, Server.Guests[$"{(IsMachine(vmid) ? "qemu" : "lxc")}/{vmid}"].Node == "pve1" ? "pve2" : "pve1");
                return ["update"];
            default:
                Server.Act(vmid, "suspend");
                return ["pause"];
        }
    }

    private protected override void Configure(FakeProxmoxOptions options) => options.Nodes = ["pve1", "pve2"];
}
