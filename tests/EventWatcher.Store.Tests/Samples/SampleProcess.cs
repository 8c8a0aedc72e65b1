using System.Diagnostics;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>The sample as its user has it: a process whose lines are read.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Process _process;
    private readonly Task _output;
    private readonly Task<string> _errors;

    private SampleProcess(Process process)
    {
        _process = process;
        _output = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Gets the whole lines until now.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    public int Id => _process.Id;

    public static SampleProcess Start(params string[] arguments)
    {
        // …/tests/EventWatcher.Store.Tests/bin/Debug/net10.0/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "samples", "DurableHandlers", "bin", output.Parent.Name, output.Name, "durable-handlers.dll");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new SampleProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Code, IReadOnlyList<string> Lines, string Errors)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var (code, errors) = await process.EndAsync();
        return (code, process.Lines, errors);
    }

    public Task WaitForLinesAsync(int count) => Eventually.TrueAsync(() => Count >= count || _process.HasExited, expectation: $"{count} lines");

    public Task WaitForLineAsync(Func<string, bool> isIt) =>
        Eventually.TrueAsync(() => Lines.Any(isIt) || _process.HasExited, expectation: $"a line of\n{string.Join('\n', Lines)}");

    public async Task<(int Code, string Errors)> EndAsync()
    {
        await Eventually.CompletesAsync(_process.WaitForExitAsync());
        await Eventually.CompletesAsync(_output);
        return (_process.ExitCode, await Eventually.CompletesAsync(_errors));
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public async Task<(int Code, string Errors)> TerminateAsync()
    {
        using var kill = Process.Start("kill", [$"-{SigTerm}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await Eventually.CompletesAsync(kill.WaitForExitAsync());
        return await EndAsync();
    }

    /// <summary>Kills it, with no time for a last word.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await _output;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Add(line);
            }
        }
    }
}
