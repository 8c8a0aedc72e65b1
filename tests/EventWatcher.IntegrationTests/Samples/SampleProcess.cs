using System.Diagnostics;

namespace EventWatcher.IntegrationTests;

/// <summary>A sample as its user has it: a process whose lines are read. Its output is no terminal.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly Process _process;
    private readonly Task _output;
    private readonly Task<string> _errors;

    private SampleProcess(Process process, bool isRead)
    {
        _process = process;
        _output = isRead ? ReadAsync() : Task.CompletedTask;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

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

    public static SampleProcess Watch(params string[] arguments) => Start("Watch", "watch", isRead: true, dockerHost: null, arguments);

    /// <summary>Nobody reads what it prints.</summary>
    public static SampleProcess WatchUnread(params string[] arguments) => Start("Watch", "watch", isRead: false, dockerHost: null, arguments);

    public static SampleProcess CustomWatcher(string dockerHost) => Start("CustomWatcher", "CustomWatcher", isRead: true, dockerHost);

    public static SampleProcess IdleGateway(params string[] arguments) => Start("IdleGateway", "idle-gateway", isRead: true, dockerHost: null, arguments);

    /// <summary>A program of the test's own; its arguments follow its path.</summary>
    public static SampleProcess Run(string dockerHost, params string[] command) => Start(isRead: true, dockerHost, command);

    public async Task<string> WaitForLineAsync(Func<string, bool> isIt)
    {
        await Deadline.UntilAsync(
            () => Lines.Any(isIt) || HasExited,
            () => $"a line. There were:\n{string.Join('\n', Lines)}");
        return Lines.FirstOrDefault(isIt)
            ?? throw new InvalidOperationException($"It ended with {_process.ExitCode}:\n{string.Join('\n', Lines)}\n{await _errors}");
    }

    public void Signal(int signal) => Posix.Signal(_process.Id, signal);

    /// <summary>The reader goes away, as <c>head</c> does.</summary>
    public void CloseOutput() => _process.StandardOutput.Dispose();

    /// <summary>Waits for the end and returns how it was, with what went to standard error.</summary>
    public async Task<(int Code, string Errors)> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Generous);
        await _process.WaitForExitAsync(deadline.Token);
        await _output;
        return (_process.ExitCode, await _errors);
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

    private static SampleProcess Start(string folder, string name, bool isRead, string? dockerHost, params string[] arguments)
    {
        // …/tests/EventWatcher.IntegrationTests/bin/Debug/net10.0/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "samples", folder, "bin", output.Parent.Name, output.Name, name + ".dll");
        return Start(isRead, dockerHost, [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", program, .. arguments]);
    }

    private static SampleProcess Start(bool isRead, string? dockerHost, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("env")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,

            // A shell that runs the tests in the background has made them, and all they start, deaf to SIGINT.
            ArgumentList = { "--default-signal=INT" },
        };
        foreach (var word in command)
        {
            start.ArgumentList.Add(word);
        }

        start.Environment["DOCKER_HOST"] = dockerHost;
        return new SampleProcess(Process.Start(start)!, isRead);
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
