namespace EventWatcher.Docker.Tests;

public sealed class DockerFiltersTests
{
    public static TheoryData<string, string> Ready => new()
    {
        { nameof(DockerFilters.Start), "start" },
        { nameof(DockerFilters.Stop), "stop" },
        { nameof(DockerFilters.Die), "die" },
        { nameof(DockerFilters.Destroy), "destroy" },
        { nameof(DockerFilters.Kill), "kill" },
        { nameof(DockerFilters.Pause), "pause" },
        { nameof(DockerFilters.Unpause), "unpause" },
    };

    [Theory]
    [MemberData(nameof(Ready))]
    public void Ready_made_filter_lets_its_action_through_and_no_other(string name, string action)
    {
        var filter = (DockerFilters)typeof(DockerFilters).GetProperty(name)!.GetValue(null)!;
        Assert.True(filter.Matches(Of(action)));
        Assert.False(filter.Matches(Of(action + "x")));
        Assert.False(filter.Matches(Of("create")));
        Assert.Equal($"event={action}", filter.ToString());
    }

    [Fact]
    public void None_and_Container_let_every_container_event_through()
    {
        Assert.True(DockerFilters.None.Matches(Of("anything")));
        Assert.Empty(DockerFilters.None.Items);
        Assert.True(DockerFilters.Container.Matches(Of("anything")));
        Assert.False(DockerFilters.Container.Matches(new DockerEvent("network", "connect", "id", EventAttributes.Empty, 1)));
    }

    [Fact]
    public void Values_of_a_term_are_alternatives()
    {
        var filter = DockerFilters.Start + DockerFilters.Stop;
        Assert.True(filter.Matches(Of("start")));
        Assert.True(filter.Matches(Of("stop")));
        Assert.False(filter.Matches(Of("die")));
        Assert.True(DockerFilters.Create("event", "start", "stop").Matches(Of("stop")));
    }

    [Fact]
    public void Terms_must_all_fit()
    {
        var filter = DockerFilters.Start.Add(DockerFilters.NameOrId("web"));
        Assert.True(filter.Matches(Of("start", name: "web")));
        Assert.False(filter.Matches(Of("stop", name: "web")));
        Assert.False(filter.Matches(Of("start", name: "db")));
    }

    [Fact]
    public void Labels_must_all_fit()
    {
        var filter = DockerFilters.Label("a", "1") + DockerFilters.Label("b");
        Assert.True(filter.Matches(Of("start", labels: [new("a", "1"), new("b", "")])));
        Assert.False(filter.Matches(Of("start", labels: [new("a", "1")])));
        Assert.False(filter.Matches(Of("start", labels: [new("a", "2"), new("b", "")])));
        Assert.False(DockerFilters.Create("label", "a=1", "b").Matches(Of("start", labels: [new("a", "1")])));
    }

    [Fact]
    public void Label_value_may_contain_an_equals_sign_and_be_empty()
    {
        Assert.True(DockerFilters.Label("a", "1=2").Matches(Of("start", labels: [new("a", "1=2")])));
        Assert.True(DockerFilters.Label("a", "").Matches(Of("start", labels: [new("a", "")])));
        Assert.False(DockerFilters.Label("a", "").Matches(Of("start", labels: [new("a", "x")])));
        Assert.Throws<ArgumentException>(() => DockerFilters.Label(""));
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("web-1", true)]
    [InlineData("we", true)]
    [InlineData("eb", false)]
    [InlineData("WEB", false)]
    [InlineData("0123", true)]
    [InlineData("123", false)]
    public void NameOrId_is_a_beginning_of_either(string value, bool fits) =>
        Assert.Equal(fits, DockerFilters.NameOrId(value).Matches(Of("start", name: "web-1", id: "0123456789ab")));

    [Theory]
    [InlineData("nginx:1.27", "nginx:1.27", true)]
    [InlineData("nginx:1.27", "nginx", true)]
    [InlineData("nginx", "nginx", true)]
    [InlineData("nginx", "nginx:latest", false)]
    [InlineData("nginx:1.27", "ngin", false)]
    [InlineData("localhost:5000/app:2", "localhost:5000/app", true)]
    [InlineData("localhost:5000/app", "localhost", false)]
    [InlineData("localhost:5000/app@sha256:00", "localhost:5000/app", true)]
    [InlineData("docker.io/library/nginx:1", "nginx", true)]
    [InlineData("docker.io/library/nginx:1", "docker.io/library/nginx", false)]
    [InlineData("docker.io/someone/app:1", "someone/app", true)]
    [InlineData("library/nginx:1", "nginx", true)]
    [InlineData("ghcr.io/library/nginx:1", "ghcr.io/library/nginx", true)]
    [InlineData("NotAReference:1", "NotAReference", false)]
    public void Image_fits_with_its_tag_or_without(string image, string value, bool fits) =>
        Assert.Equal(fits, DockerFilters.Create("image", value).Matches(Of("start", image: image)));

    [Theory]
    [InlineData("health_status: healthy", "health_status", true)]
    [InlineData("health_status: healthy", "health_status: healthy", true)]
    [InlineData("health_status: healthy", "health_status: unhealthy", false)]
    [InlineData("exec_create: sh -c date", "exec_create", true)]
    [InlineData("exec_start: sh", "exec_start", true)]
    [InlineData("exec_die", "exec", false)]
    public void Event_with_a_colon_fits_by_its_beginning(string action, string value, bool fits) =>
        Assert.Equal(fits, DockerFilters.Create("event", value).Matches(Of(action)));

    [Fact]
    public void Event_filter_for_destroy_and_die_fits_what_Podman_calls_remove_and_died()
    {
        Assert.True(DockerFilters.Destroy.Matches(Of("remove")));
        Assert.True(DockerFilters.Die.Matches(Of("died")));
        Assert.True(DockerFilters.Create("event", "died").Matches(Of("died")));
        Assert.False(DockerFilters.Create("event", "died").Matches(Of("die")));
    }

    [Fact]
    public void Scope_is_local()
    {
        Assert.True(DockerFilters.Create("scope", "local").Matches(Of("start")));
        Assert.False(DockerFilters.Create("scope", "swarm").Matches(Of("start")));
    }

    [Fact]
    public void ToString_is_what_docker_events_would_be_told() =>
        Assert.Equal("event=start container=web label=a=1", (DockerFilters.Start + DockerFilters.NameOrId("web") + DockerFilters.Label("a", "1")).ToString());

    private static DockerEvent Of(
        string action, string name = "c", string id = "id", string image = "busybox", params KeyValuePair<string, string>[] labels) =>
        new("container", action, id, EventAttributes.Create([new("image", image), new("name", name), .. labels]), timeNanoseconds: 1);
}
