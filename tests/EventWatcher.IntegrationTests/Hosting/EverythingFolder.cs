using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventWatcher.IntegrationTests.Hosting;

/// <summary>The folder of an application: its settings, what it watches, and its log.</summary>
internal sealed class EverythingFolder : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ew-all-");

    public EverythingFolder(string docker, string proxmox, string token = "root@pam!test=00000000-0000-0000-0000-000000000000", string? fingerprint = null)
    {
        Directory.CreateDirectory(Conf);
        File.WriteAllText(ConfigFile, "one");
        Settings = JsonNode.Parse($$"""
            {
              "EventWatcher": {
                "Docker": { "engine": { "Endpoint": "{{docker}}", "RetryDelay": "100ms" } },
                "Proxmox": { "cluster": { "Endpoint": "{{proxmox}}", "Token": "{{token}}", "TasksInterval": "1s" } },
                "Directory": { "conf": { "Path": "{{Conf}}", "Include": [ "*.conf" ] } },
                "File": { "flag": { "Path": "{{Flag}}" } },
                "ConfigFile": { "config": { "Paths": [ "{{ConfigFile}}" ], "SettleTime": "20ms" } },
                "Store": {
                  "log": {
                    "Path": "{{Log}}",
                    "Append": [ "engine", "conf" ],
                    "Watchers": { "audit": { "InitialIterator": "trim-horizon", "InitialBackoff": "50ms" } }
                  }
                },
                "Queue": {
                  "all": { "FlushInterval": "50ms", "From": [ "engine", "cluster", "conf", "flag", "config" ] },
                  "hooks": { "From": "conf", "RetryDelay": "50ms" }
                },
                "Idle": { "Defaults": { "IdleTimeout": "10m", "StopTimeout": "2s" }, "Containers": {} },
                "IdleHttp": { "HeartbeatInterval": "5s" }
              }
            }
            """)!.AsObject();
        if (fingerprint is not null)
        {
            Section("Proxmox", "cluster")["Fingerprint"] = fingerprint;
        }

        Save();
    }

    public string Path => _folder.FullName;

    public string Conf => System.IO.Path.Combine(Path, "conf.d");

    public string Flag => System.IO.Path.Combine(Path, "flag");

    public string ConfigFile => System.IO.Path.Combine(Path, "watched.json");

    public string Log => System.IO.Path.Combine(Path, "log");

    public JsonObject Settings { get; }

    /// <summary>A section below EventWatcher.</summary>
    public JsonObject Section(params string[] keys) =>
        keys.Aggregate(Settings["EventWatcher"]!.AsObject(), static (section, key) => (section[key] ??= new JsonObject()).AsObject());

    public void Save() => File.WriteAllText(System.IO.Path.Combine(Path, "appsettings.json"), Settings.ToJsonString(Indented));

    public void Dispose() => _folder.Delete(recursive: true);
}
