using System.Text.Json;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What the real daemons of Proxmox VE 9.2 said, and what their API takes.</summary>
internal static class Fixtures
{
    public static IReadOnlyList<RecordedExchange> Exchanges { get; } =
    [
        .. Read("exchanges.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonSerializer.Deserialize<RecordedExchange>(line, JsonSerializerOptions.Web)!),
    ];

    public static ApiSchema Schema { get; } = new(JsonDocument.Parse(Read("schema.json")).RootElement);

    private static string Read(string name)
    {
        using var stream = typeof(Fixtures).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
