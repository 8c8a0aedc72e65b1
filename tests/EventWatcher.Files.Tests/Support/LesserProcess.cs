using System.Diagnostics;
using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

/// <summary>
/// The sample, which watches a directory, as a user with few rights: whoever runs the tests may read everything.
/// </summary>
internal sealed class LesserProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _reading;

    private LesserProcess(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public static LesserProcess Watch(TempFolder programs, string directory)
    {
        // …/tests/EventWatcher.Files.Tests/bin/Debug/net10.0/, copied since its folders may be closed to that user.
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "samples/Watch/bin", output.Parent.Name, output.Name);
        Shell.Run($"cp -r '{built}' watch && chmod -R a+rX .", programs.Path);
        var start = new ProcessStartInfo("setpriv")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = programs.Path,
            ArgumentList =
            {
                "--reuid=65534", "--regid=65534", "--clear-groups", "--",
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", programs["watch/watch.dll"], directory, "--recursive", "--json",
            },
        };
        return new LesserProcess(Process.Start(start)!);
    }

    public async Task UntilAsync(Func<IEnumerable<string>, bool> condition)
    {
        try
        {
            await Eventually.TrueAsync(() => _process.HasExited || Holds(condition));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(string.Join('\n', _lines), late);
        }

        if (!Holds(condition))
        {
            throw new InvalidOperationException($"It ended with {_process.ExitCode}: {await _process.StandardError.ReadToEndAsync()}\n{string.Join('\n', _lines)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private bool Holds(Func<IEnumerable<string>, bool> condition)
    {
        lock (_lines)
        {
            return condition(_lines);
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
