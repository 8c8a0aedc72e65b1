namespace EventWatcher.Docker.Tests;

public sealed class DockerEventMapTests
{
    [Theory]
    [InlineData("create", EventAction.ContainerCreate)]
    [InlineData("start", EventAction.ContainerStart)]
    [InlineData("unpause", EventAction.ContainerUnpause)]
    [InlineData("kill", EventAction.ContainerKill)]
    [InlineData("stop", EventAction.ContainerStop)]
    [InlineData("pause", EventAction.ContainerPause)]
    [InlineData("die", EventAction.ContainerDie)]
    [InlineData("died", EventAction.ContainerDie)]
    [InlineData("destroy", EventAction.ContainerDestroy)]
    [InlineData("remove", EventAction.ContainerDestroy)]
    [InlineData("restart", EventAction.ContainerRestart)]
    [InlineData("rename", EventAction.ContainerRename)]
    [InlineData("oom", EventAction.ContainerOom)]
    [InlineData("update", EventAction.ContainerUpdate)]
    [InlineData("health_status: healthy", EventAction.ContainerHealthy)]
    [InlineData("health_status: unhealthy", EventAction.ContainerUnhealthy)]
    public void TryGet_known_word_finds_its_action(string word, EventAction action)
    {
        Assert.True(DockerEventMap.TryGet(word, out var found));
        Assert.Equal(action, found);
    }

    [Theory]
    [InlineData("exec_create: sh -c date")]
    [InlineData("exec_start: sh")]
    [InlineData("exec_die")]
    [InlineData("exec_detach")]
    [InlineData("attach")]
    [InlineData("resize")]
    [InlineData("top")]
    [InlineData("commit")]
    [InlineData("copy")]
    [InlineData("export")]
    [InlineData("archive-path")]
    [InlineData("extract-to-dir")]
    [InlineData("checkpoint")]
    [InlineData("prune")]
    [InlineData("init")]
    [InlineData("cleanup")]
    [InlineData("health_status")]
    [InlineData("health_status: starting")]
    [InlineData("health_status: running")]
    [InlineData("START")]
    [InlineData("")]
    [InlineData(":")]
    public void TryGet_other_word_finds_nothing(string word)
    {
        Assert.False(DockerEventMap.TryGet(word, out var found));
        Assert.Equal(EventAction.None, found);
    }

    [Fact]
    public void TryGet_word_with_a_colon_is_cut_there() =>
        Assert.True(DockerEventMap.TryGet("kill: 9", out var found) && found == EventAction.ContainerKill);

    [Fact]
    public void ToEvent_takes_over_what_the_engine_says()
    {
        var attributes = EventAttributes.Create([new("name", "web"), new("image", "nginx"), new("exitCode", "0")]);
        var mapped = DockerEventMap.ToEvent(new DockerEvent("container", "die", "0123", attributes, 1_700_000_000_123_456_789), "engine-1")!;

        Assert.Equal(EventType.Docker, mapped.Type);
        Assert.Equal(EventAction.ContainerDie, mapped.Action);
        Assert.Equal("0123", mapped.ActorId);
        Assert.Equal("web", mapped.ActorName);
        Assert.Equal(attributes, mapped.ActorAttributes);
        Assert.Equal("engine-1", mapped.Source);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddTicks(1_234_567), mapped.Timestamp);
        Assert.Null(mapped.Position);
    }

    [Fact]
    public void ToEvent_without_a_name_or_a_time_leaves_them_empty()
    {
        var mapped = DockerEventMap.ToEvent(new DockerEvent("container", "die", "0123", EventAttributes.Empty, 0), "e")!;
        Assert.Equal("", mapped.ActorName);
        Assert.Equal(default, mapped.Timestamp);
    }

    [Theory]
    [InlineData("healthy", EventAction.ContainerHealthy)]
    [InlineData("unhealthy", EventAction.ContainerUnhealthy)]
    public void ToEvent_health_in_an_attribute_as_Podman_says_it_is_found(string health, EventAction action)
    {
        var item = new DockerEvent("container", "health_status", "0123", EventAttributes.Create([new("health_status", health)]), 1);
        Assert.Equal(action, DockerEventMap.ToEvent(item, "e")!.Action);
    }

    [Fact]
    public void ToEvent_unknown_action_is_null() =>
        Assert.Null(DockerEventMap.ToEvent(new DockerEvent("container", "exec_die", "0123", EventAttributes.Empty, 1), "e"));

    [Fact]
    public void ToEvent_network_that_is_created_is_no_container() =>
        Assert.Null(DockerEventMap.ToEvent(new DockerEvent("network", "create", "0123", EventAttributes.Empty, 1), "e"));
}
