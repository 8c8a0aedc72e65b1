using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>The sample that stores events and prints each one that was acknowledged, in a process that can be killed.</summary>
internal sealed class ProducerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;
    private int _lines;

    private ProducerProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public static ProducerProcess Start(string directory, int writers, int size) => new(Process.Start(new ProcessStartInfo("dotnet")
    {
        ArgumentList = { PathOfSample(), "produce", directory, "--writers", $"{writers}", "--size", $"{size}", "--count", "0" },
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!);

    /// <summary>Waits for so many acknowledgements, kills the process with SIGKILL, and returns all that it printed.</summary>
    public async Task<IReadOnlyList<(long Number, string Id)>> KillAfterAsync(int acknowledgements)
    {
        await Eventually.TrueAsync(() => Volatile.Read(ref _lines) >= acknowledgements || _process.HasExited, expectation: "the sample stores events");
        Assert.False(_process.HasExited, _process.HasExited ? await _process.StandardError.ReadToEndAsync() : "");
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;

        // The last line may be cut off.
        var text = _output.ToString();
        return [.. text[..(text.LastIndexOf('\n') + 1)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' '))
            .Where(static words => words[0] == "ack")
            .Select(static words => (long.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), words[2]))];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string PathOfSample([CallerFilePath] string here = "")
    {
        // Built with these tests, in the same configuration.
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
        return Path.Combine(root, "samples", "DurableHandlers", "bin", framework.Parent!.Name, framework.Name, "durable-handlers.dll");
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            _ = _output.Append(buffer, 0, count);
            _ = Interlocked.Add(ref _lines, buffer.AsSpan(0, count).Count('\n'));
        }
    }
}
