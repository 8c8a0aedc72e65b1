namespace EventWatcher.Docker.Tests;

public sealed class SshEndpointParserTests
{
    [Theory]
    [InlineData("ssh://host", "ssh://host", "", "host", 0, "")]
    [InlineData("SSH://me@host.example.com:2222/", "ssh://me@host.example.com:2222", "me", "host.example.com", 2222, "")]
    [InlineData("ssh://me@host/run/user/1000/docker.sock", "ssh://me@host/run/user/1000/docker.sock", "me", "host", 0, "/run/user/1000/docker.sock")]
    [InlineData("ssh://10.0.0.1", "ssh://10.0.0.1", "", "10.0.0.1", 0, "")]
    [InlineData("ssh://me@[fe80::1]:22", "ssh://me@[fe80::1]:22", "me", "fe80::1", 22, "")]
    [InlineData("ssh://an_alias-1/a+b@c:d,e=f", "ssh://an_alias-1/a+b@c:d,e=f", "", "an_alias-1", 0, "/a+b@c:d,e=f")]
    public void TryParse_endpoint_is_taken_apart(string text, string name, string user, string host, int port, string path)
    {
        Assert.True(DockerEndpointParser.TryParse(text, tls: null, isWindows: false, out var endpoint, out _));
        Assert.Equal(
            new DockerEndpoint { Kind = DockerEndpointKind.Ssh, Name = name, User = user, Host = host, Port = port, Path = path }, endpoint);
        Assert.False(endpoint.IsLocal);
        Assert.True(DockerEndpointParser.TryParse(endpoint.Name, tls: null, isWindows: true, out var again, out _));
        Assert.Equal(endpoint, again);
    }

    [Theory]
    [InlineData("ssh://")]
    [InlineData("ssh:///var/run/docker.sock")]
    [InlineData("ssh://-oProxyCommand=x")]
    [InlineData("ssh://-l")]
    [InlineData("ssh://-me@host")]
    [InlineData("ssh://@host")]
    [InlineData("ssh://me@-host")]
    [InlineData("ssh://a b@host")]
    [InlineData("ssh://a;b@host")]
    [InlineData("ssh://$(x)@host")]
    [InlineData("ssh://me@host;x")]
    [InlineData("ssh://me@ho st")]
    [InlineData("ssh://me@host%20")]
    [InlineData("ssh://me@other@host")]
    [InlineData("ssh://host:")]
    [InlineData("ssh://host:0")]
    [InlineData("ssh://host:65536")]
    [InlineData("ssh://host:x")]
    [InlineData("ssh://host:+22")]
    [InlineData("ssh://host:22:22")]
    [InlineData("ssh://fe80::1")]
    [InlineData("ssh://[fe80::1")]
    [InlineData("ssh://[fe80::1]22")]
    [InlineData("ssh://[10.0.0.1]")]
    [InlineData("ssh://[host]")]
    [InlineData("ssh://[fe80::1%x;y]")]
    [InlineData("ssh://host/a b")]
    [InlineData("ssh://host/$(x)")]
    [InlineData("ssh://host/a;b")]
    [InlineData("ssh://host/a'b")]
    [InlineData("ssh://host/a`b")]
    [InlineData("ssh://host/a\nb")]
    [InlineData("ssh://host/~")]
    [InlineData("ssh://host?x")]
    [InlineData("ssh://host#x")]
    [InlineData("ssh://hôst")]
    public void TryParse_what_a_command_line_or_a_shell_could_take_for_something_else_is_refused(string text)
    {
        Assert.False(DockerEndpointParser.TryParse(text, tls: null, isWindows: false, out _, out var fault));
        Assert.Contains("allowed: ssh://[user@]host[:port][/path/to/socket]", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh://me:hunter2@host")]
    [InlineData("ssh://:hunter2@host")]
    [InlineData("ssh://me:hunt@er2@host")]
    [InlineData("ssh://hunter2!@host")]
    public void TryParse_password_is_refused_and_never_shown(string text)
    {
        Assert.False(DockerEndpointParser.TryParse(text, tls: null, isWindows: false, out _, out var fault));
        Assert.DoesNotContain("hunt", fault, StringComparison.Ordinal);
    }
}
