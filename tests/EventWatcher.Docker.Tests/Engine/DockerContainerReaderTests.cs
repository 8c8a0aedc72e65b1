using System.Text.Json;

namespace EventWatcher.Docker.Tests;

public sealed class DockerContainerReaderTests
{
    [Fact]
    public void Details_of_a_running_container_with_ports_and_networks()
    {
        var details = Details("""
            {
              "Id": "abc", "Name": "/web", "Created": "2026-01-02T03:04:05.1234567Z",
              "State": { "Status": "running", "Running": true, "ExitCode": 0, "StartedAt": "2026-01-02T03:04:06.5+02:00", "FinishedAt": "0001-01-01T00:00:00Z" },
              "Config": { "Image": "nginx:1", "Labels": { "a": "b", "n": null }, "StopSignal": "SIGQUIT", "StopTimeout": 30 },
              "HostConfig": { "NetworkMode": "shop_default", "RestartPolicy": { "Name": "unless-stopped", "MaximumRetryCount": 0 } },
              "NetworkSettings": {
                "Ports": {
                  "80/tcp": [ { "HostIp": "0.0.0.0", "HostPort": "8080" }, { "HostIp": "::", "HostPort": "8080" } ],
                  "443/tcp": null,
                  "53/udp": [ { "HostIp": "", "HostPort": "5353" } ]
                },
                "Networks": { "shop_default": { "IPAddress": "172.18.0.2", "GlobalIPv6Address": "fd00::2" } }
              }
            }
            """);

        Assert.Equal("web", details.Name);
        Assert.Equal("nginx:1", details.Image);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1234567), details.Created);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 1, 4, 6, 500, TimeSpan.Zero), details.State.StartedAt);
        Assert.Null(details.State.FinishedAt);
        Assert.Equal("b", details.Labels["a"]);
        Assert.Equal("SIGQUIT", details.StopSignal);
        Assert.Equal(TimeSpan.FromSeconds(30), details.StopTimeout);
        Assert.Equal("unless-stopped", details.RestartPolicy);
        Assert.Equal("shop_default", details.NetworkMode);
        Assert.Equal(
            [
                new DockerPort { ContainerPort = 80, HostPort = 8080, HostAddress = "0.0.0.0" },
                new DockerPort { ContainerPort = 80, HostPort = 8080, HostAddress = "::" },
                new DockerPort { ContainerPort = 443 },
                new DockerPort { ContainerPort = 53, HostPort = 5353, Protocol = "udp" },
            ],
            details.Ports);
        Assert.Equal([new DockerNetwork { Name = "shop_default", Address = "172.18.0.2", AddressV6 = "fd00::2" }], details.Networks);
    }

    [Theory]
    [InlineData("""{"Id":"abc"}""")]
    [InlineData("""{"Id":"abc","Name":null,"Created":null,"State":null,"Config":null,"HostConfig":null,"NetworkSettings":null}""")]
    [InlineData("""{"Id":"abc","Name":7,"Created":"then","State":"up","Config":{"Labels":[],"StopTimeout":"soon"},"HostConfig":[],"NetworkSettings":{"Ports":{"x":[{}],"80":[null]},"Networks":7}}""")]
    public void Details_what_is_missing_or_strange_is_as_if_it_were_not_there(string json)
    {
        var details = Details(json);

        Assert.Equal("abc", details.Id);
        Assert.Equal("", details.Name);
        Assert.Null(details.Created);
        Assert.Empty(details.Labels);
        Assert.Null(details.StopTimeout);
        Assert.False(details.HasRestartPolicy);
        Assert.Empty(details.Networks);
        Assert.Equal(ContainerStatus.Stopped, DockerStates.StatusOf(details.State));
        Assert.All(details.Ports, port => Assert.Null(port.HostPort));
    }

    [Fact]
    public void List_of_podman_with_nulls_is_read()
    {
        var container = Assert.Single(List("""
            [{ "Id": "abc", "Names": ["/web", "/other"], "Image": "docker.io/library/nginx", "Created": 1700000000, "State": "running", "Status": "Up",
               "Labels": null, "Ports": [{ "IP": "", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp" }, { "PrivatePort": 53, "Type": "udp" }],
               "HostConfig": { "NetworkMode": "bridge" }, "NetworkSettings": { "Networks": null } }]
            """));

        Assert.Equal("web", container.Name);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), container.Created);
        Assert.Equal(
            [new DockerPort { ContainerPort = 80, HostPort = 8080 }, new DockerPort { ContainerPort = 53, Protocol = "udp" }],
            container.Ports);
        Assert.Empty(container.Networks);
        Assert.Empty(container.Labels);
    }

    [Theory]
    [InlineData("running", ContainerStatus.Running)]
    [InlineData("created", ContainerStatus.Stopped)]
    [InlineData("exited", ContainerStatus.Stopped)]
    [InlineData("configured", ContainerStatus.Stopped)]
    [InlineData("paused", ContainerStatus.Paused)]
    [InlineData("restarting", ContainerStatus.Starting)]
    [InlineData("removing", ContainerStatus.Error)]
    [InlineData("dead", ContainerStatus.Error)]
    [InlineData("novel", ContainerStatus.Error)]
    public void StatusOf_every_word_has_its_meaning(string state, ContainerStatus expected) => Assert.Equal(expected, DockerStates.StatusOf(state));

    private static DockerContainerDetails Details(string json)
    {
        using var document = JsonDocument.Parse(json);
        return DockerContainerReader.Details(document.RootElement);
    }

    private static IReadOnlyList<DockerContainer> List(string json)
    {
        using var document = JsonDocument.Parse(json);
        return DockerContainerReader.List(document.RootElement);
    }
}
