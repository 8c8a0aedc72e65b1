using System.Globalization;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>Makes containers of the engine's answers.</summary>
internal static class DockerContainerReader
{
    internal static IReadOnlyList<DockerContainer> List(JsonElement root) => root.ValueKind == JsonValueKind.Array
        ? [.. root.EnumerateArray().Select(Listed)]
        : throw new JsonException("A list was expected.");

    internal static DockerContainerDetails Details(JsonElement root)
    {
        var configuration = root.Member("Config");
        var host = root.Member("HostConfig");
        return new DockerContainerDetails
        {
            Id = root.Text("Id") is { Length: > 0 } id ? id : throw new JsonException("A container with an Id was expected."),
            Name = root.Text("Name").TrimStart('/'),
            Image = configuration.Text("Image"),
            Created = root.Time("Created"),
            State = State(root.Member("State")),
            Labels = configuration.Member("Labels").Attributes(),
            StopSignal = configuration.Text("StopSignal") is { Length: > 0 } signal ? signal : null,
            StopTimeout = configuration.Number("StopTimeout") is { } seconds and >= -1 and <= int.MaxValue
                ? seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds)
                : null,
            RestartPolicy = host.Member("RestartPolicy").Text("Name"),
            NetworkMode = host.Text("NetworkMode"),
            Ports = [.. root.Member("NetworkSettings").Member("Ports").Members().SelectMany(InspectedPorts)],
            Networks = Networks(root),
        };
    }

    private static DockerContainer Listed(JsonElement item) => new()
    {
        Id = item.Text("Id"),
        Names = [.. item.Member("Names").Items().Select(static name => (name.AsText() ?? "").TrimStart('/'))],
        Image = item.Text("Image"),
        State = item.Text("State"),
        Status = item.Text("Status"),
        Labels = item.Member("Labels").Attributes(),
        Created = DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(item.Number("Created") ?? 0, 0, uint.MaxValue)),
        Ports = [.. item.Member("Ports").Items().Select(ListedPort)],
        NetworkMode = item.Member("HostConfig").Text("NetworkMode"),
        Networks = Networks(item),
    };

    private static DockerContainerState State(JsonElement state) => new()
    {
        Status = state.Text("Status"),
        Running = state.Flag("Running"),
        Paused = state.Flag("Paused"),
        Restarting = state.Flag("Restarting"),
        Dead = state.Flag("Dead"),
        ExitCode = (int)Math.Clamp(state.Number("ExitCode") ?? 0, int.MinValue, int.MaxValue),
        Error = state.Text("Error"),
        Health = Health(state),
        StartedAt = state.Time("StartedAt"),
        FinishedAt = state.Time("FinishedAt"),
    };

    // Podman says Healthcheck, and an empty status where there is no check.
    private static string? Health(JsonElement state) =>
        state.Member("Health").Text("Status") is { Length: > 0 } health and not "none" ? health
        : state.Member("Healthcheck").Text("Status") is { Length: > 0 } check and not "none" ? check
        : null;

    private static DockerPort ListedPort(JsonElement port) => new()
    {
        ContainerPort = Port(port.Number("PrivatePort")) ?? 0,
        HostPort = Port(port.Number("PublicPort")),
        HostAddress = port.Text("IP"),
        Protocol = port.Text("Type") is { Length: > 0 } protocol ? protocol : "tcp",
    };

    // "80/tcp": null, or [{"HostIp":"0.0.0.0","HostPort":"8080"}].
    private static IEnumerable<DockerPort> InspectedPorts(JsonProperty member)
    {
        var slash = member.Name.IndexOf('/', StringComparison.Ordinal);
        var number = slash < 0 ? member.Name : member.Name[..slash];
        if (!ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var containerPort))
        {
            return [];
        }

        var exposed = new DockerPort { ContainerPort = containerPort, Protocol = slash < 0 ? "tcp" : member.Name[(slash + 1)..] };
        DockerPort[] published =
        [
            .. member.Value.Items()
                .Select(binding => exposed with { HostAddress = binding.Text("HostIp"), HostPort = Port(binding.Number("HostPort")) })
                .Where(static port => port.HostPort is not null),
        ];
        return published.Length > 0 ? published : [exposed];
    }

    private static int? Port(long? number) => number is > 0 and <= ushort.MaxValue ? (int)number.Value : null;

    private static IReadOnlyList<DockerNetwork> Networks(JsonElement container) =>
    [
        .. container.Member("NetworkSettings").Member("Networks").Members().Select(static network => new DockerNetwork
        {
            Name = network.Name,
            Address = network.Value.Text("IPAddress"),
            AddressV6 = network.Value.Text("GlobalIPv6Address"),
        }),
    ];
}
