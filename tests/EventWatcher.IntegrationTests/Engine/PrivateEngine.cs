using System.Collections.Concurrent;
using System.Diagnostics;

namespace EventWatcher.IntegrationTests;

/// <summary>One engine of our own in a folder of its own.</summary>
internal sealed class PrivateEngine(EngineTraits traits, string program)
{
    private const int LogLines = 200;

    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    public EngineFolder Folder { get; } = new();

    public bool IsRunning => _process is { HasExited: false };

    public int ProcessId => _process?.Id ?? 0;

    /// <summary>The engine's last words.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Starts the engine and waits until it answers. What an earlier one left running is stopped by it first.</summary>
    public async Task StartAsync(Func<Task<bool>> answers)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"The engine runs already, as process {ProcessId}.");
        }

        Folder.ForgetProcessIds();
        _process?.Dispose();
        _process = Process.Start(EngineProgram.Start(traits, program, Folder)) ?? throw new InvalidOperationException($"{program} did not start.");
        _ = KeepLogAsync(_process.StandardOutput);
        _ = KeepLogAsync(_process.StandardError);

        // What was left running is stopped before the first answer; a container that ignores SIGTERM takes ten seconds.
        await Deadline.UntilAsync(
            async () => !IsRunning ? throw new InvalidOperationException($"{program} ended with {_process.ExitCode}:\n{Log}") : await answers(),
            () => $"an answer from {program}. Its last words:\n{Log}",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>SIGKILL. The containers and their shims live on; containerd, a child of dockerd, goes down with its engine.</summary>
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
