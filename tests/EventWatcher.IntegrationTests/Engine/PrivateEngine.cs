using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventWatcher.IntegrationTests;

/// <summary>One <c>dockerd</c> of our own in a folder of its own: no networks, no registry, no systemd.</summary>
internal sealed class PrivateEngine(string program)
{
    private const int LogLines = 200;

    private static readonly string[] SystemPrograms = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    public EngineFolder Folder { get; } = new();

    public bool IsRunning => _process is { HasExited: false };

    public int ProcessId => _process?.Id ?? 0;

    /// <summary>The engine's last words.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Where dockerd is, or null. A user's PATH often lacks the system's programs.</summary>
    public static string? FindProgram() => SearchPath().Select(folder => Path.Combine(folder, "dockerd")).FirstOrDefault(File.Exists);

    /// <summary>Starts the engine and waits until it answers. What an earlier one left running is stopped by it first.</summary>
    public async Task StartAsync(Func<Task<bool>> answers)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"The engine runs already, as process {ProcessId}.");
        }

        Folder.ForgetProcessIds();
        _process?.Dispose();
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            ArgumentList =
            {
                "--data-root", Folder.DataRoot,
                "--exec-root", Folder.ExecRoot,
                "--pidfile", Folder.ProcessIdFile,
                "-H", "unix://" + Folder.Socket,
                "--iptables=false",
                "--ip6tables=false",
                "--bridge=none",
                "--storage-driver=vfs",
            },
        };
        start.Environment["PATH"] = string.Join(':', SearchPath());
        start.Environment.Remove("DOCKER_HOST");
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _ = KeepLogAsync(_process.StandardOutput);
        _ = KeepLogAsync(_process.StandardError);

        // What was left running is stopped before the first answer; a container that ignores SIGTERM takes ten seconds.
        await Deadline.UntilAsync(
            async () => !IsRunning ? throw new InvalidOperationException($"dockerd ended with {_process.ExitCode}:\n{Log}") : await answers(),
            () => $"an answer from dockerd. Its last words:\n{Log}",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>SIGKILL. The containers and their shims live on; containerd, a child, goes down with its engine.</summary>
    public async Task KillAsync()
    {
        var process = Running();
        process.Kill();
        await process.WaitForExitAsync();

        // Not every engine ties containerd's life to its own.
        var containerd = Path.Combine(Folder.ExecRoot, "containerd", "containerd.toml");
        _ = await Deadline.ReachesAsync(() => Containerds().Count == 0, TimeSpan.FromSeconds(1));
        foreach (var id in Containerds())
        {
            Posix.Signal(id, Posix.SigKill);
        }

        await Deadline.UntilAsync(() => Containerds().Count == 0, () => $"the end of containerd ({containerd})");
        Folder.ForgetProcessIds();

        List<int> Containerds() => [.. Folder.Helpers().Where(id => CommandLine(id).Contains(containerd, StringComparison.Ordinal))];
    }

    /// <summary>SIGTERM: the engine stops its containers and itself. False when it had to be killed.</summary>
    public async Task<bool> StopAsync()
    {
        var process = Running();
        Signal(Posix.SigCont);
        Signal(Posix.SigTerm);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            return false;
        }
    }

    public void Signal(int signal) => Posix.Signal(Running().Id, signal);

    /// <summary>Takes away whatever is left: processes, mounts, files.</summary>
    public async Task CleanUpAsync()
    {
        if (IsRunning)
        {
            _ = await StopAsync();
        }

        _process?.Dispose();
        _process = null;
        await Folder.KillLeftoversAsync();
        Folder.Delete();
    }

    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries).Union(SystemPrograms, StringComparer.Ordinal);

    private static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private Process Running() => IsRunning ? _process! : throw new InvalidOperationException("The engine doesn't run.");

    /// <summary>Reads on for as long as anyone writes: an engine with a full pipe would stand still.</summary>
    private async Task KeepLogAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                _log.Enqueue(line);
                while (_log.Count > LogLines)
                {
                    _ = _log.TryDequeue(out _);
                }
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            _log.Enqueue("(the log was closed)");
        }
    }
}
