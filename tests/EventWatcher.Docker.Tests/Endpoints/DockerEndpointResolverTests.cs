using System.Security.Cryptography;
using System.Text;

namespace EventWatcher.Docker.Tests;

public sealed class DockerEndpointResolverTests
{
    private readonly FakeEnvironment _environment = new();

    [Fact]
    public void Resolve_order_is_options_variable_context_sockets()
    {
        _environment.Files["/run/podman/podman.sock"] = "";
        Assert.Equal("unix:///run/podman/podman.sock", Name());

        AddContext("work", "tcp://work:1");
        _environment.Files["/home/me/.docker/config.json"] = "{\"auths\":{},\"currentContext\":\"work\"}";
        Assert.Equal("tcp://work:1", Name());

        AddContext("other", "tcp://other:1");
        _environment.Variables["DOCKER_CONTEXT"] = "other";
        Assert.Equal("tcp://other:1", Name());

        _environment.Variables["DOCKER_HOST"] = "tcp://host:1";
        Assert.Equal("tcp://host:1", Name());

        Assert.Equal("tcp://option:1", Name("tcp://option:1"));
    }

    [Fact]
    public void Resolve_usual_sockets_the_first_that_exists_wins()
    {
        string[] sockets =
        [
            "/run/podman/podman.sock",
            "/run/user/1000/podman/podman.sock",
            "/home/me/.docker/desktop/docker.sock",
            "/home/me/.docker/run/docker.sock",
            "/run/user/1000/docker.sock",
            "/var/run/docker.sock",
        ];
        _environment.Variables["XDG_RUNTIME_DIR"] = "/run/user/1000";
        Assert.Equal("unix:///var/run/docker.sock", Name());
        foreach (var socket in sockets)
        {
            _environment.Files[socket] = "";
            Assert.Equal("unix://" + socket, Name());
        }
    }

    [Fact]
    public void Resolve_on_windows_is_the_pipe() => Assert.Equal(
        "npipe:////./pipe/docker_engine", DockerEndpointResolver.Resolve(new DockerEngineOptions(), new FakeEnvironment { Windows = true }).Endpoint!.Name);

    [Theory]
    [InlineData("")]
    [InlineData("default")]
    public void Resolve_default_context_is_the_usual_sockets(string name)
    {
        _environment.Variables["DOCKER_HOST"] = "";
        _environment.Files["/home/me/.docker/config.json"] = $"{{\"currentContext\":\"{name}\"}}";
        Assert.Equal("unix:///var/run/docker.sock", Name());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"currentContext\":7}")]
    public void Resolve_spoilt_configuration_file_is_none(string text)
    {
        _environment.Files["/home/me/.docker/config.json"] = text;
        Assert.Equal("unix:///var/run/docker.sock", Name());
    }

    [Fact]
    public void Resolve_context_that_is_missing_is_a_fault_that_names_it()
    {
        _environment.Variables["DOCKER_CONTEXT"] = "work";
        var fault = Fault();
        Assert.Contains("\"work\"", fault, StringComparison.Ordinal);
        Assert.Contains("DOCKER_CONTEXT", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"Endpoints\":{\"docker\":{\"Host\":7}}}")]
    public void Resolve_context_that_is_spoilt_is_a_fault(string meta)
    {
        AddContext("work", "unix:///x");
        _environment.Variables["DOCKER_CONTEXT"] = "work";
        _environment.Files[Meta("work")] = meta;
        Assert.Contains("cannot be read", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_context_over_ssh_is_reached_with_the_options_configuration()
    {
        AddContext("work", "ssh://me@work");
        _environment.Variables["DOCKER_CONTEXT"] = "work";

        var endpoint = DockerEndpointResolver.Resolve(new DockerEngineOptions { SshConfigFile = "/etc/ssh_config" }, _environment).Endpoint!;

        Assert.Equal("ssh://me@work", endpoint.Name);
        Assert.Equal(DockerEndpointKind.Ssh, endpoint.Kind);
        Assert.Equal("/etc/ssh_config", endpoint.SshConfigFile);
    }

    [Fact]
    public void Resolve_context_over_ssh_that_is_no_endpoint_is_a_fault_that_names_it()
    {
        AddContext("work", "ssh://-x");
        _environment.Variables["DOCKER_CONTEXT"] = "work";
        Assert.Contains("\"work\" (from DOCKER_CONTEXT) is no ssh endpoint", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_variable_over_ssh_has_no_tls_of_the_environment()
    {
        _environment.Variables["DOCKER_HOST"] = "ssh://work";
        _environment.Variables["DOCKER_TLS_VERIFY"] = "1";
        Assert.Equal("ssh://work", Name());
        Assert.Null(Resolve().Endpoint!.Tls);
    }

    [Fact]
    public void Resolve_context_has_its_tls()
    {
        _environment.Variables["DOCKER_CONFIG"] = "/cfg";
        _environment.Variables["DOCKER_CONTEXT"] = "work";
        AddContext("work", "tcp://work", folder: "/cfg");
        var tls = $"/cfg/contexts/tls/{Hash("work")}/docker/";
        foreach (var file in new[] { "ca.pem", "cert.pem", "key.pem" })
        {
            _environment.Files[tls + file] = "";
        }

        var endpoint = Resolve().Endpoint!;
        Assert.Equal("https://work:2376", endpoint.Name);
        Assert.Equal(new DockerTlsSettings(tls + "ca.pem", tls + "cert.pem", tls + "key.pem"), endpoint.Tls);
    }

    [Fact]
    public void Resolve_context_that_skips_verification_skips_it()
    {
        AddContext("work", "tcp://work", skip: true);
        _environment.Variables["DOCKER_CONTEXT"] = "work";
        Assert.Equal(new DockerTlsSettings(SkipVerification: true), Resolve().Endpoint!.Tls);
    }

    [Fact]
    public void Resolve_certificates_of_the_environment_are_verified_with()
    {
        _environment.Variables["DOCKER_HOST"] = "tcp://host";
        Assert.Null(Resolve().Endpoint!.Tls);

        _environment.Variables["DOCKER_TLS_VERIFY"] = "1";
        Assert.Equal(new DockerTlsSettings(), Resolve().Endpoint!.Tls);

        _environment.Files["/home/me/.docker/ca.pem"] = "";
        Assert.Equal(new DockerTlsSettings("/home/me/.docker/ca.pem"), Resolve().Endpoint!.Tls);

        _environment.Variables["DOCKER_CERT_PATH"] = "/certs";
        _environment.Files["/certs/cert.pem"] = _environment.Files["/certs/key.pem"] = "";
        Assert.Equal(new DockerTlsSettings("/certs/ca.pem", "/certs/cert.pem", "/certs/key.pem"), Resolve().Endpoint!.Tls);
        Assert.Equal("https://host:2376", Name());

        _environment.Variables.Remove("DOCKER_TLS_VERIFY");
        Assert.False(Resolve().Endpoint!.Tls!.SkipVerification);
    }

    [Fact]
    public void Resolve_environment_does_not_touch_an_endpoint_of_the_options()
    {
        _environment.Variables["DOCKER_TLS_VERIFY"] = "1";
        Assert.Equal("tcp://option:2375", Name("tcp://option"));
    }

    [Fact]
    public void Resolve_bad_variable_is_a_fault_that_names_it()
    {
        _environment.Variables["DOCKER_HOST"] = "nonsense";
        Assert.StartsWith("DOCKER_HOST is \"nonsense\"; allowed: ", Fault(), StringComparison.Ordinal);
    }

    private DockerEndpointResolution Resolve(string? endpoint = null) =>
        DockerEndpointResolver.Resolve(new DockerEngineOptions { Endpoint = endpoint }, _environment);

    private string Name(string? endpoint = null)
    {
        var resolution = Resolve(endpoint);
        Assert.Null(resolution.Fault);
        return resolution.Endpoint!.Name;
    }

    private string Fault()
    {
        var resolution = Resolve();
        Assert.Null(resolution.Endpoint);
        return resolution.Fault!;
    }

    private void AddContext(string name, string host, string folder = "/home/me/.docker", bool skip = false) =>
        _environment.Files[Meta(name, folder)] =
            $"{{\"Name\":\"{name}\",\"Metadata\":{{}},\"Endpoints\":{{\"docker\":{{\"Host\":\"{host}\",\"SkipTLSVerify\":{(skip ? "true" : "false")}}}}}}}";

    private static string Meta(string name, string folder = "/home/me/.docker") => $"{folder}/contexts/meta/{Hash(name)}/meta.json";

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
