using System.Globalization;

namespace EventWatcher.Docker.Tests;

/// <summary>A script by the name of ssh in a folder of its own, which is all that there is on PATH.</summary>
internal sealed class SshStandIn : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fake-ssh-").FullName;

    public SshStandIn(string body)
    {
        var script = Path.Combine(_folder, "ssh");
        File.WriteAllText(script, $"#!/bin/bash\necho $$ >>\"$0.runs\"\nprintf '%s\\n' \"$@\" >\"$0.arguments\"\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Environment = new FakeEnvironment { Variables = { ["PATH"] = $"relative:/absent:{_folder}" }, Files = { [script] = "" } };
    }

    public FakeEnvironment Environment { get; }

    public IReadOnlyList<string> Arguments => File.ReadAllLines(Path.Combine(_folder, "ssh.arguments"));

    /// <summary>The process of every run so far.</summary>
    public IReadOnlyList<int> Runs =>
        File.Exists(Path.Combine(_folder, "ssh.runs")) ? [.. File.ReadAllLines(Path.Combine(_folder, "ssh.runs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))] : [];

    /// <summary>Those that are still there. A zombie is.</summary>
    public IReadOnlyList<int> Living => [.. Runs.Where(run => Directory.Exists($"/proc/{run}"))];

    /// <summary>Passes everything on to an engine, as the real one does with the help of the program at the other end.</summary>
    public static SshStandIn To(FakeEngine engine, string last = "") =>
        new(string.Create(CultureInfo.InvariantCulture, $"exec 3<>/dev/tcp/127.0.0.1/{engine.TcpPort}\ncat >&3 <&0 &\ncat <&3\n{last}"));

    public DockerEngine Client(string endpoint = "ssh://me@host", TimeSpan? timeout = null) =>
        new(new DockerEngineOptions { Endpoint = endpoint, Timeout = timeout ?? EngineTest.Deadline }, logger: null, timeProvider: null, Environment);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
