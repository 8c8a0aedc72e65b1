namespace EventWatcher.Docker.Tests;

public sealed class DockerEndpointParserTests
{
    [Theory]
    [InlineData("unix:///var/run/docker.sock", "unix:///var/run/docker.sock")]
    [InlineData("UNIX:///a b/c@d.sock", "unix:///a b/c@d.sock")]
    [InlineData("npipe:////./pipe/docker_engine", "npipe:////./pipe/docker_engine")]
    [InlineData(@"npipe:\\.\pipe\docker_engine", null)]
    [InlineData("tcp://engine", "tcp://engine:2375")]
    [InlineData("tcp://engine:80", "tcp://engine:80")]
    [InlineData("tcp://engine:1234/base/", "tcp://engine:1234/base")]
    [InlineData("tcp://[::1]:2375", "tcp://[::1]:2375")]
    [InlineData("tcp://[::1]", "tcp://[::1]:2375")]
    [InlineData("http://engine", "tcp://engine:80")]
    [InlineData("https://engine", "https://engine:443")]
    [InlineData("https://engine:2376", "https://engine:2376")]
    [InlineData("", null)]
    [InlineData("docker", null)]
    [InlineData("/var/run/docker.sock", null)]
    [InlineData("unix://", null)]
    [InlineData("unix:///", null)]
    [InlineData("unix://relative.sock", null)]
    [InlineData("npipe://x", null)]
    [InlineData("tcp://", null)]
    [InlineData("tcp://:2375", null)]
    [InlineData("tcp://engine:0", null)]
    [InlineData("tcp://engine:99999", null)]
    [InlineData("tcp://engine:port", null)]
    [InlineData("tcp://engine:2375?x=1", null)]
    [InlineData("ftp://engine", null)]
    [InlineData("fd://", null)]
    public void TryParse_endpoint_is_normalized_or_refused_with_its_value(string text, string? name)
    {
        var parsed = DockerEndpointParser.TryParse(text, tls: null, isWindows: true, out var endpoint, out var fault);

        Assert.Equal(name is not null, parsed);
        Assert.Equal(name, endpoint?.Name);
        if (!parsed)
        {
            Assert.Contains($"\"{text}\"", fault, StringComparison.Ordinal);
            Assert.Contains("unix:///path", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tcp://me:hunter2@engine:2375")]
    [InlineData("https://hunter2@engine")]
    [InlineData("tcp:/me:hunter2@engine")]
    [InlineData("tcp://engine:2375/x?hunter2@y")]
    [InlineData("tcps://me:hunter2@engine")]
    [InlineData("ssh://me:hunter2@engine")]
    public void TryParse_password_is_refused_and_never_shown(string text)
    {
        Assert.False(DockerEndpointParser.TryParse(text, tls: null, isWindows: false, out _, out var fault));
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_pipe_elsewhere_than_on_windows_is_refused() =>
        Assert.False(DockerEndpointParser.TryParse("npipe:////./pipe/docker_engine", tls: null, isWindows: false, out _, out _));

    [Fact]
    public void TryParse_socket_path_longer_than_the_kernel_takes_is_refused()
    {
        Assert.True(DockerEndpointParser.TryParse("unix:///" + new string('x', 106), tls: null, isWindows: false, out _, out _));
        Assert.False(DockerEndpointParser.TryParse("unix:///" + new string('x', 107), tls: null, isWindows: false, out _, out _));
        Assert.False(DockerEndpointParser.TryParse("unix:///" + new string('é', 60), tls: null, isWindows: false, out _, out _));
    }

    [Fact]
    public void TryParse_tcp_with_tls_has_its_port()
    {
        Assert.True(DockerEndpointParser.TryParse("tcp://engine", new DockerTlsSettings(), isWindows: false, out var endpoint, out _));
        Assert.Equal("https://engine:2376", endpoint.Name);
    }

    [Theory]
    [InlineData("tcp://localhost", true)]
    [InlineData("tcp://127.0.0.2", true)]
    [InlineData("tcp://[::1]", true)]
    [InlineData("tcp://10.0.0.1", false)]
    [InlineData("tcp://engine", false)]
    [InlineData("unix:///x", true)]
    public void IsLocal_loopback_and_sockets_are(string text, bool expected)
    {
        Assert.True(DockerEndpointParser.TryParse(text, tls: null, isWindows: false, out var endpoint, out _));
        Assert.Equal(expected, endpoint.IsLocal);
    }
}
