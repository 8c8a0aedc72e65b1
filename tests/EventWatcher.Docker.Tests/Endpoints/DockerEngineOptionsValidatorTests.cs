using Microsoft.Extensions.Options;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEngineOptionsValidatorTests
{
    private readonly FakeEnvironment _environment = new();

    [Fact]
    public void Validate_defaults_are_allowed() => Assert.True(Validate(new DockerEngineOptions()).Succeeded);

    [Fact]
    public void Validate_every_fault_is_said_at_once_with_property_and_value()
    {
        var result = Validate(new DockerEngineOptions
        {
            Endpoint = "nonsense",
            Timeout = TimeSpan.Zero,
            ActionTimeout = TimeSpan.FromDays(2),
            Tls = new DockerTlsOptions { CertificateFile = "cert.pem", CertificateAuthorityFile = " " },
        });

        var faults = result.Failures!.ToList();
        Assert.Equal(5, faults.Count);
        Assert.StartsWith("DockerEngineOptions.Timeout is 00:00:00; allowed: 00:00:00.0010000 to 1.00:00:00", faults[0], StringComparison.Ordinal);
        Assert.StartsWith("DockerEngineOptions.ActionTimeout is 2.00:00:00; allowed", faults[1], StringComparison.Ordinal);
        Assert.StartsWith("DockerEngineOptions.Endpoint is \"nonsense\"; allowed", faults[2], StringComparison.Ordinal);
        Assert.StartsWith("DockerEngineOptions.Tls.CertificateFile is \"cert.pem\" and Tls.KeyFile is null; allowed", faults[3], StringComparison.Ordinal);
        Assert.StartsWith("DockerEngineOptions.Tls.CertificateAuthorityFile is \" \"; allowed", faults[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix:///x", "/etc/ssh_config", "SshConfigFile is set, but the endpoint is unix:///x; allowed: ssh:// with it.")]
    [InlineData("ssh://host", " ", "SshConfigFile is \" \"; allowed: a file's path, or null.")]
    public void Validate_ssh_configuration_that_is_of_no_use_is_a_fault(string endpoint, string file, string fault)
    {
        var result = Validate(new DockerEngineOptions { Endpoint = endpoint, SshConfigFile = file });
        Assert.Equal("DockerEngineOptions." + fault, Assert.Single(result.Failures!));
    }

    [Fact]
    public void Validate_ssh_configuration_of_an_ssh_endpoint_is_allowed() =>
        Assert.True(Validate(new DockerEngineOptions { Endpoint = "ssh://host", SshConfigFile = "/etc/ssh_config" }).Succeeded);

    [Theory]
    [InlineData("unix:///x")]
    [InlineData("ssh://host")]
    [InlineData("http://engine")]
    public void Validate_tls_where_there_is_none_is_a_fault(string endpoint)
    {
        var result = Validate(new DockerEngineOptions { Endpoint = endpoint, Tls = new DockerTlsOptions() });
        Assert.Contains(endpoint, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp://engine")]
    [InlineData("https://engine")]
    public void Validate_tls_where_there_is_one_is_allowed(string endpoint) =>
        Assert.True(Validate(new DockerEngineOptions { Endpoint = endpoint, Tls = new DockerTlsOptions() }).Succeeded);

    [Fact]
    public void Constructor_bad_options_throw_with_all_faults()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new DockerEngine(new DockerEngineOptions
        {
            Endpoint = "tcp://me:hunter2@engine",
            Timeout = TimeSpan.FromSeconds(-1),
        }));

        Assert.Equal(2, exception.Failures.Count());
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    private ValidateOptionsResult Validate(DockerEngineOptions options) => new DockerEngineOptionsValidator(_environment).Validate(name: null, options);
}
