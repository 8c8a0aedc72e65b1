using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>Reads the Docker contexts of the user, as the <c>docker</c> program keeps them.</summary>
internal static class DockerContextStore
{
    private const string DefaultContext = "default";

    /// <summary>Returns the folder of the user's Docker configuration.</summary>
    internal static string Folder(DockerEnvironment environment) =>
        environment["DOCKER_CONFIG"] ?? Path.Combine(environment.Home, ".docker");

    /// <summary>Finds the endpoint of the current context.</summary>
    /// <returns>The endpoint, or what is wrong with it; null where the current context is the default one.</returns>
    internal static DockerEndpointResolution? Find(DockerEnvironment environment, DockerTlsSettings? tls)
    {
        var folder = Folder(environment);
        var configuration = Path.Combine(folder, "config.json");
        var (name, source) = environment["DOCKER_CONTEXT"] is { } variable
            ? (variable, "DOCKER_CONTEXT")
            : (CurrentContext(configuration, environment), configuration);
        if (name is null or "" or DefaultContext)
        {
            return null;
        }

        var origin = $"the Docker context \"{name}\" (from {source})";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var meta = Path.Combine(folder, "contexts", "meta", hash, "meta.json");
        if (!environment.Exists(meta))
        {
            return new DockerEndpointResolution(
                Endpoint: null, origin, $"{origin} does not exist: there is no {meta}; allowed: those that \"docker context ls\" shows.");
        }

        try
        {
            using var document = JsonDocument.Parse(environment.Read(meta));
            if (!TryGet(document.RootElement, "Endpoints", out var endpoints) || !TryGet(endpoints, "docker", out var docker)
                || !TryGet(docker, "Host", out var host) || host.GetString() is not { Length: > 0 } text)
            {
                return null;
            }

            var skips = TryGet(docker, "SkipTLSVerify", out var skip) && skip.ValueKind == JsonValueKind.True;
            tls ??= DockerEndpointResolver.FolderTls(Path.Combine(folder, "contexts", "tls", hash, "docker"), environment);
            tls = skips ? (tls ?? new DockerTlsSettings()) with { SkipVerification = true } : tls;
            return DockerEndpointResolver.Parse(origin, text, tls, environment);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return new DockerEndpointResolution(Endpoint: null, origin, $"{origin} cannot be read from {meta}: {exception.Message}");
        }
    }

    private static string? CurrentContext(string configuration, DockerEnvironment environment)
    {
        if (!environment.Exists(configuration))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(environment.Read(configuration));
            return TryGet(document.RootElement, "currentContext", out var current) && current.ValueKind == JsonValueKind.String
                ? current.GetString()
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // The docker program goes on without it, too: the file mostly holds credentials, which others may have spoilt.
            return null;
        }
    }

    private static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
    }
}
