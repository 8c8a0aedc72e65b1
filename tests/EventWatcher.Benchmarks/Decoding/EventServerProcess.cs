using System.Diagnostics;
using System.Globalization;

namespace EventWatcher.Benchmarks;

/// <summary>An <see cref="EventServer"/> in a process of its own.</summary>
internal sealed class EventServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EventServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<EventServerProcess> StartAsync(bool isChunkAnEvent)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (string.Equals(Path.GetFileNameWithoutExtension(program), "dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(EventServerProcess).Assembly.Location);
        }

        foreach (var argument in new[] { EventServer.CommandName, "--chunk", isChunkAnEvent ? "event" : "large" })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new BenchmarkException($"{program} did not start.");
        var port = await process.StandardOutput.ReadLineAsync();
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new EventServerProcess(process, number)
            : throw new BenchmarkException($"The event server said \"{port}\" and no port.");
    }

    public async ValueTask DisposeAsync()
    {
        // It ends by itself when there is nobody any more who could want it.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
