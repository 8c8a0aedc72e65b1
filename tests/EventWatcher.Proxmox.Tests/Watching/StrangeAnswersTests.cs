using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Answers that are JSON, and yet not what anybody expects: nothing is invented, and watching goes on.</summary>
public sealed class StrangeAnswersTests : WatcherTest
{
    private const string Task = "UPID:pve1:0000138A:0002DA78:10000000:vzstop:101:root@pam:";

    public static TheoryData<string, string> Answers => new()
    {
        { "/cluster/resources", """{"data":[null,{},{"id":"lxc/101"},{"id":7,"node":{}},{"id":"lxc/99999999999"}]}""" },
        { "/cluster/resources", """{"data":[{"id":"lxc/101","node":"pve1","name":"web","status":"running","uptime":1e30}]}""" },
        { "/cluster/resources", """{"data":[{"id":"lxc/101","node":"pve1","name":"web","status":"running","uptime":-1e30},{"id":"lxc/101","node":"pve1"}]}""" },
        { "/cluster/resources", """{"data":[{"id":"lxc/101","node":"../..","name":"web","status":"stopped"}]}""" },
        { "/cluster/resources", """{"data":[]}""" },
        { "/cluster/tasks", """{"data":[null,{"upid":null},{"upid":"UPID:::::::"},{"upid":"UPID:pve1:1:1:FFFFFFFFFFFFFFFF:vzstop:101:root@pam:"}]}""" },
        { "/cluster/tasks", $$"""{"data":[{"upid":"{{Task}}"},{"upid":"{{Task}}","endtime":268435500,"status":"OK"},{"upid":"{{Task}}","endtime":9e18,"status":"OK"}]}""" },
        { "/status/current", """{"data":{}}""" },
        { "/status/current", """{"data":{"status":"running","uptime":1e30,"pid":"x"}}""" },
        { "/status/current", """{"data":{"status":"running","uptime":""}}""" },
        { "/access/permissions", """{"data":{"/":null,"/vms":{"VM.Audit":null}}}""" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Strange_answer_invents_nothing_and_watching_goes_on(string path, string body)
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.AddGuest("lxc", 102, "other");
        await WatchAsync();
        await PassAsync(10);
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", body), path, times: 2);
        Server.Act(102, "start");
        await PassAsync(60);
        Assert.Equal("start other", Story());

        Server.PowerOff(101);
        await EventsAsync(2);
        Assert.Equal("start other, die web", Story());
        Assert.Equal(WatchState.Ready, State);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Strange_first_answer_does_not_keep_the_watcher_from_standing(string path, string body)
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", body), path, times: 2);
        await WatchAsync();
        await PassAsync(60);
        var before = Read().Count;

        Server.PowerOff(101);
        await PassAsync(60);

        // What was hidden from the first look may be told as new; what is seen is told once.
        Assert.Equal("die web", string.Join(", ", Read().Skip(before)));
    }

    [Fact]
    public async Task Answer_dated_in_another_age_moves_nothing()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true);
        await WatchAsync();
        _offsets["pve1"] = TimeSpan.FromDays(-365 * 100);
        Server.SetGuest(101, name: "new");
        await EventsAsync(1);
        await PassAsync(30);

        Assert.Equal("rename new", Story());
    }

    private readonly Dictionary<string, TimeSpan> _offsets = new(StringComparer.Ordinal);

    private protected override void Configure(FakeProxmoxOptions options) => options.ClockOffsets = _offsets;
}
