using System.Diagnostics;

namespace EventWatcher.IntegrationTests;

/// <summary>How an engine's program is started in a folder of its own: no networks, no registry, no systemd.</summary>
internal static class EngineProgram
{
    private static readonly string[] SystemPrograms = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    /// <summary>Where a program is, or null. A user's PATH often lacks the system's programs.</summary>
    public static string? Find(string program) => SearchPath().Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static ProcessStartInfo Start(EngineTraits traits, string program, EngineFolder folder)
    {
        var start = new ProcessStartInfo(program, traits.IsPodman ? PodmansArguments(folder) : DockersArguments(folder))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] = string.Join(':', SearchPath());
        start.Environment.Remove("DOCKER_HOST");
        if (traits.IsPodman)
        {
            start.Environment["CONTAINERS_CONF"] = WritePodmansConfiguration(folder);

            // What it is sent is kept there for a while, and not always removed.
            start.Environment["TMPDIR"] = folder.Root;
        }

        return start;
    }

    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Union(SystemPrograms, StringComparer.Ordinal);

    private static IEnumerable<string> DockersArguments(EngineFolder folder) =>
    [
        "--data-root", folder.DataRoot,
        "--exec-root", folder.ExecRoot,
        "--pidfile", folder.ProcessIdFile,
        "-H", "unix://" + folder.Socket,
        "--iptables=false",
        "--ip6tables=false",
        "--bridge=none",
        "--storage-driver=vfs",
    ];

    // runc comes with docker.io, and runs under the cgroups of both versions at once, where crun does not.
    private static IEnumerable<string> PodmansArguments(EngineFolder folder) =>
    [
        "--root", folder.DataRoot,
        "--runroot", folder.ExecRoot,
        "--tmpdir", Path.Combine(folder.Root, "tmp"),
        "--runtime", Find("runc") ?? "crun",
        "--storage-driver", "vfs",
        "--cgroup-manager", "cgroupfs",
        "--events-backend", "file",
        "system", "service", "--time=0", "unix://" + folder.Socket,
    ];

    // The limits are named since those that it has by itself may be above what the machine allows.
    private static string WritePodmansConfiguration(EngineFolder folder)
    {
        var file = Path.Combine(folder.Root, "containers.conf");
        File.WriteAllText(file, $"""
            [containers]
            netns = "none"
            log_driver = "k8s-file"
            default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
            [engine]
            lock_type = "file"
            [network]
            network_config_dir = "{folder.Root}/networks"
            """);
        return file;
    }
}
