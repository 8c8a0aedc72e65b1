using System.Globalization;
using System.Text.Json;

namespace EventWatcher.Docker.Tests;

/// <summary>The engine's JSON about containers.</summary>
internal static class ContainerJson
{
    public static byte[] List(IEnumerable<FakeContainer> containers) => HttpText.Json(json =>
    {
        json.WriteStartArray();
        foreach (var c in containers)
        {
            json.WriteStartObject();
            json.WriteString("Id", c.Id);
            json.WriteStartArray("Names");
            json.WriteStringValue("/" + c.Name);
            json.WriteEndArray();
            json.WriteString("Image", c.Image);
            json.WriteString("ImageID", "sha256:" + FakeContainer.IdFor(c.Image));
            json.WriteString("Command", "sleep 1d");
            json.WriteNumber("Created", c.Created.ToUnixTimeSeconds());
            json.WriteStartArray("Ports");
            json.WriteEndArray();
            WriteLabels(json, c);
            json.WriteString("State", c.State);
            json.WriteString("Status", Status(c));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static byte[] Inspect(FakeContainer c) => HttpText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("Id", c.Id);
        json.WriteString("Created", Time(c.Created));
        json.WriteString("Path", "sleep");
        json.WriteStartObject("State");
        json.WriteString("Status", c.State);
        json.WriteBoolean("Running", c.IsRunning);
        json.WriteBoolean("Paused", c.State == "paused");
        json.WriteBoolean("Restarting", c.State == "restarting");
        json.WriteBoolean("OOMKilled", value: false);
        json.WriteBoolean("Dead", c.State == "dead");
        json.WriteNumber("Pid", c.IsRunning ? 4242 : 0);
        json.WriteNumber("ExitCode", c.ExitCode);
        json.WriteString("Error", "");
        json.WriteString("StartedAt", Time(c.StartedAt));
        json.WriteString("FinishedAt", Time(c.FinishedAt));
        if (c.Health is not null)
        {
            json.WriteStartObject("Health");
            json.WriteString("Status", c.Health);
            json.WriteNumber("FailingStreak", 0);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteString("Image", "sha256:" + FakeContainer.IdFor(c.Image));
        json.WriteString("Name", "/" + c.Name);
        json.WriteNumber("RestartCount", c.RestartCount);
        json.WriteStartObject("HostConfig");
        json.WriteBoolean("AutoRemove", c.AutoRemove);
        json.WriteStartObject("RestartPolicy");
        json.WriteString("Name", c.RestartPolicy);
        json.WriteNumber("MaximumRetryCount", 0);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("Config");
        json.WriteString("Image", c.Image);
        WriteLabels(json, c);
        if (c.StopSignal is not null)
        {
            json.WriteString("StopSignal", c.StopSignal);
        }

        json.WriteNumber("StopTimeout", c.StopTimeout);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static string Time(DateTimeOffset time) =>
        time == default ? "0001-01-01T00:00:00Z" : time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    private static void WriteLabels(Utf8JsonWriter json, FakeContainer c)
    {
        json.WriteStartObject("Labels");
        foreach (var (key, value) in c.Labels)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static string Status(FakeContainer c) => c.State switch
    {
        "created" => "Created",
        "exited" => $"Exited ({c.ExitCode}) 5 seconds ago",
        "paused" => "Up 5 seconds (Paused)",
        "restarting" => $"Restarting ({c.ExitCode}) 5 seconds ago",
        "dead" => "Dead",
        _ => "Up 5 seconds",
    };
}
