namespace EventWatcher.Proxmox.Tests;

/// <summary>Tags say how a guest is to be managed, so whoever manages it is told when they change.</summary>
public sealed class TagsTests : WatcherTest
{
    [Fact]
    public async Task Tags_that_change_are_an_update_with_those_from_before()
    {
        Server.AddGuest("lxc", 101, "web", tags: "prod");
        Server.AddGuest("lxc", 102, "other", isRunning: true, tags: "b;a");
        await WatchAsync();

        Server.SetTags(101, "eventwatcher-idle-idle-timeout.10m;prod");
        await EventsAsync(1);
        Server.SetTags(101, "");
        Server.SetTags(102, "a;b");
        await EventsAsync(2);
        await PassAsync(60);

        Assert.Equal("update web, update web", Story());
        Assert.Equal("eventwatcher-idle-idle-timeout.10m;prod", Read()[0].ActorAttributes["tags"]);
        Assert.Equal("prod", Read()[0].ActorAttributes["previousTags"]);
        Assert.Equal("eventwatcher-idle-idle-timeout.10m;prod", Read()[1].ActorAttributes["previousTags"]);
        Assert.DoesNotContain("tags", Read()[1].ActorAttributes.Keys);
    }
}
