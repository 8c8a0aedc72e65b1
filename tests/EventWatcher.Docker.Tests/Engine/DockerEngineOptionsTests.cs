using System.Reflection;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineOptionsTests
{
    [Fact]
    public void CopyTo_leaves_no_option_out()
    {
        var options = new DockerEngineOptions
        {
            Endpoint = "ssh://nas",
            Timeout = TimeSpan.FromSeconds(3),
            ActionTimeout = TimeSpan.FromSeconds(4),
            Tls = new DockerTlsOptions(),
            SshConfigFile = "/etc/ssh/of-mine",
        };
        var usual = new DockerEngineOptions();

        var copy = options.CopyTo(new DockerWatcherOptions());

        Assert.All(typeof(DockerEngineOptions).GetProperties(BindingFlags.Instance | BindingFlags.Public), property =>
        {
            Assert.NotEqual(property.GetValue(usual), property.GetValue(options));
            Assert.Equal(property.GetValue(options), property.GetValue(copy));
        });
    }
}
