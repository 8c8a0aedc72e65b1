using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Writes the data of progress items: the type is in the JSON, since an event called error would be the browser's own.</summary>
internal static class ProgressItems
{
    public const string Heartbeat = """{"type":"heartbeat"}""";

    public static string Of(WakeEvent item) => Write(
        item.Type.ToName(),
        item.Message,
        item.Timestamp,
        item.Container,
        item.Elapsed,
        item.Refusal is { } refusal ? HttpRefusal.Of(refusal).Detail : null,
        item.Dependency,
        status: null);

    public static string Snapshot(IdleSnapshot snapshot, DateTimeOffset now) =>
        Write("snapshot", $"{snapshot.Name} is {snapshot.Status}.", now, snapshot.Name, now - snapshot.Since, error: null, dependency: null, snapshot.Status);

    public static string AlreadyReady(string container, DateTimeOffset now) =>
        Write("ready", $"{container} is ready.", now, container, TimeSpan.Zero, error: null, dependency: null, status: null);

    private static string Write(
        string type,
        string message,
        DateTimeOffset timestamp,
        string container,
        TimeSpan elapsed,
        string? error,
        string? dependency,
        string? status)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("message"u8, message);
            writer.WriteString("timestamp"u8, timestamp);
            writer.WriteString("container"u8, container);
            writer.WriteNumber("elapsed"u8, Math.Round(elapsed.TotalSeconds, 3));
            if (error is not null)
            {
                writer.WriteString("error"u8, error);
            }

            if (dependency is not null)
            {
                writer.WriteString("dependency"u8, dependency);
            }

            if (status is not null)
            {
                writer.WriteString("status"u8, status);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
