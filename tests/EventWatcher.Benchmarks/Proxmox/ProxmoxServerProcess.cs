using System.Diagnostics;
using EventWatcher.Proxmox;

namespace EventWatcher.Benchmarks;

/// <summary>A <see cref="ProxmoxServer"/> in a process of its own.</summary>
internal sealed class ProxmoxServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ProxmoxServerProcess(Process process, string[] words)
    {
        _process = process;
        Options = new ProxmoxWatcherOptions { Endpoint = words[0], Token = words[1], Fingerprint = words[2], Cluster = "fake" };
    }

    /// <summary>Gets how it is reached; all else is as usual.</summary>
    public ProxmoxWatcherOptions Options { get; }

    public static async Task<ProxmoxServerProcess> StartAsync(int guests)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(ProxmoxServerProcess).Assembly.Location);
        }

        foreach (var argument in new[] { ProxmoxServer.CommandName, "--guests", Figures.Plain(guests) })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new BenchmarkException($"{program} did not start.");
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.Split(' ') is { Length: 3 } words
            ? new ProxmoxServerProcess(process, words)
            : throw new BenchmarkException($"The fake cluster said \"{line}\" and not where it is.");
    }

    public async ValueTask DisposeAsync()
    {
        // It ends by itself when there is nobody any more who could want it.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
