namespace EventWatcher.Docker;

/// <summary>Finds the endpoint: the options', the environment's, the Docker context's, or the first of the usual ones.</summary>
internal static class DockerEndpointResolver
{
    private const string DefaultSocket = "/var/run/docker.sock";
    private const string DefaultPipe = "npipe:////./pipe/docker_engine";

    internal static DockerEndpointResolution Resolve(DockerEngineOptions options, DockerEnvironment environment)
    {
        var resolution = Find(options, environment);
        return resolution.Endpoint is { Kind: DockerEndpointKind.Ssh } endpoint
            ? resolution with { Endpoint = endpoint with { SshConfigFile = options.SshConfigFile } }
            : resolution;
    }

    internal static DockerEndpointResolution Parse(string origin, string text, DockerTlsSettings? tls, DockerEnvironment environment) =>
        DockerEndpointParser.TryParse(text.Trim(), tls, environment.IsWindows, out var endpoint, out var fault)
            ? new DockerEndpointResolution(endpoint, origin, Fault: null)
            : new DockerEndpointResolution(Endpoint: null, origin, $"{origin} {fault}.");

    /// <summary>Returns the certificates of a folder, named as Docker names them; null where there are none.</summary>
    internal static DockerTlsSettings? FolderTls(string folder, DockerEnvironment environment)
    {
        string? Existing(string file) => environment.Exists(Path.Combine(folder, file)) ? Path.Combine(folder, file) : null;

        var (authority, certificate, key) = (Existing("ca.pem"), Existing("cert.pem"), Existing("key.pem"));
        return authority is null && certificate is null && key is null ? null : new DockerTlsSettings(authority, certificate, key);
    }

    private static DockerEndpointResolution Find(DockerEngineOptions options, DockerEnvironment environment)
    {
        var tls = options.Tls is { } given ? DockerTlsSettings.From(given) : null;
        if (options.Endpoint is { } endpoint)
        {
            return Parse(nameof(options.Endpoint), endpoint, tls, environment);
        }

        if (environment["DOCKER_HOST"] is { } host)
        {
            return Parse("DOCKER_HOST", host, tls ?? EnvironmentTls(environment), environment);
        }

        return DockerContextStore.Find(environment, tls) ?? Usual(environment);
    }

    private static DockerTlsSettings? EnvironmentTls(DockerEnvironment environment)
    {
        if (environment["DOCKER_CERT_PATH"] is { } folder)
        {
            // A folder that was named is meant: its authority is asked for even where the file is missing, rather
            // than trusting any other.
            var found = FolderTls(folder, environment) ?? new DockerTlsSettings();
            return found with { CertificateAuthorityFile = Path.Combine(folder, "ca.pem") };
        }

        return environment["DOCKER_TLS_VERIFY"] is not null || environment["DOCKER_TLS"] is not null
            ? FolderTls(DockerContextStore.Folder(environment), environment) ?? new DockerTlsSettings()
            : null;
    }

    private static DockerEndpointResolution Usual(DockerEnvironment environment)
    {
        if (environment.IsWindows)
        {
            return Parse("the default pipe", DefaultPipe, tls: null, environment);
        }

        var runtime = environment["XDG_RUNTIME_DIR"];
        string?[] candidates =
        [
            DefaultSocket,
            runtime is null ? null : runtime + "/docker.sock",
            environment.Home + "/.docker/run/docker.sock",
            environment.Home + "/.docker/desktop/docker.sock",
            runtime is null ? null : runtime + "/podman/podman.sock",
            "/run/podman/podman.sock",
        ];
        var socket = Array.Find(candidates, candidate => candidate is not null && environment.Exists(candidate));
        return Parse("the usual sockets", "unix://" + (socket ?? DefaultSocket), tls: null, environment);
    }
}
