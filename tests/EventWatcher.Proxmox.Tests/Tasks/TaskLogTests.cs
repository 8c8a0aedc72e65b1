using System.Globalization;

namespace EventWatcher.Proxmox.Tests;

public sealed class TaskLogTests
{
    private const long Start = 0x6B00740F;

    private readonly TaskLog _log = new();

    [Fact]
    public void Task_that_began_and_one_that_ended_are_news_once()
    {
        Assert.True(Assert.Single(_log.Update([Entry("vzstart", 101)]).Changed).IsRunning);
        Assert.Empty(_log.Update([Entry("vzstart", 101)]).Changed);
        Assert.False(Assert.Single(_log.Update([Entry("vzstart", 101, "OK")]).Changed).IsRunning);
        Assert.Empty(_log.Update([Entry("vzstart", 101, "OK")]).Changed);
    }

    [Fact]
    public void Running_task_that_is_pushed_out_of_the_list_is_over()
    {
        _log.Update([Entry("vzstart", 101)]);

        Assert.False(Assert.Single(_log.Update([]).Changed).IsRunning);
    }

    [Fact]
    public void Task_explains_one_change_in_each_role()
    {
        _log.Update([Entry("vzreboot", 101, "OK")]);

        Assert.NotNull(Explain(TaskRole.Stop));
        Assert.NotNull(Explain(TaskRole.Start));
        Assert.Null(Explain(TaskRole.Stop));
        Assert.Null(Explain(TaskRole.Start));
    }

    [Theory]
    [InlineData("vzstop", 101, "OK", true)]
    [InlineData("vzstop", 101, "WARNINGS: 1", true)]
    [InlineData("vzstop", 101, null, true)]
    [InlineData("vzstop", 101, "CT is locked (backup)", false)]
    [InlineData("vzstop", 102, "OK", false)]
    [InlineData("vzstart", 101, "OK", false)]
    public void Task_explains_a_stop_only_where_it_may_have_done_it(string type, int vmid, string? outcome, bool expected)
    {
        _log.Update([Entry(type, vmid, outcome)]);

        Assert.Equal(expected, Explain(TaskRole.Stop) is not null);
    }

    [Fact]
    public void Task_that_was_over_before_explains_nothing()
    {
        _log.Update([Entry("vzstop", 101, "OK")]);

        Assert.Null(_log.Explain(101, TaskRole.Stop, DateTimeOffset.FromUnixTimeSeconds(Start + 10), []));
    }

    [Fact]
    public void List_that_is_full_of_strangers_may_have_lost_some()
    {
        var first = Enumerable.Range(100, TaskLog.ListLength).Select(static vmid => Entry("vzstart", vmid, "OK")).ToList();
        _log.Update(first);

        Assert.True(_log.Update([.. first.Skip(24), .. Enumerable.Range(200, 24).Select(static vmid => Entry("vzstart", vmid, "OK"))]).IsComplete);
        Assert.False(_log.Update([.. Enumerable.Range(300, TaskLog.ListLength).Select(static vmid => Entry("vzstart", vmid, "OK"))]).IsComplete);
        Assert.True(_log.Update([.. Enumerable.Range(400, 24).Select(static vmid => Entry("vzstart", vmid, "OK"))]).IsComplete);
    }

    [Theory]
    [InlineData("UPID:pve1:0000148B:0002DB8C:6B00740F:vzstart:102:dotnet@pve!watch:", true)]
    [InlineData("UPID:pve1:0000148B:0002DB8C:6B00740F:srvreload:networking:root@pam:", true)]
    [InlineData("UPID:pve1:0000148B:0002DB8C:6B00740F:vzstart", false)]
    [InlineData("UPID:pve1:0000148B:xyz:6B00740F:vzstart:102:root@pam:", false)]
    [InlineData("UPID::0000148B:0002DB8C:6B00740F:vzstart:102:root@pam:", false)]
    [InlineData("xyz", false)]
    [InlineData(null, false)]
    public void Identifier_is_read(string? text, bool expected)
    {
        var upid = ProxmoxUpid.TryParse(text);

        Assert.Equal(expected, upid is not null);
        Assert.True(upid is null || (upid.Node == "pve1" && upid.Start.ToUnixTimeSeconds() == Start));
    }

    private static ProxmoxTaskEntry Entry(string type, int vmid, string? outcome = null) => new()
    {
        Upid = string.Create(CultureInfo.InvariantCulture, $"UPID:pve1:0000148B:{vmid:X8}:{Start:X8}:{type}:{vmid}:root@pam:"),
        User = "root@pam",
        Status = outcome,
        EndTime = outcome is null ? null : Start + 1,
    };

    private TaskRecord? Explain(TaskRole role) => _log.Explain(101, role, DateTimeOffset.FromUnixTimeSeconds(Start), []);
}
