using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace EventWatcher.Docker;

/// <summary>The <c>ssh</c> program, and how it is started. No shell of this machine is involved.</summary>
internal static class SshProgram
{
    /// <summary>As TCP connections are probed; the same figures as there.</summary>
    private const int AliveSeconds = 30;
    private const int AliveProbes = 2;

    /// <summary>Starts it.</summary>
    /// <exception cref="SshException">There is none, or it does not start.</exception>
    internal static Process Start(DockerEndpoint endpoint, TimeSpan timeout, DockerEnvironment environment)
    {
        var start = new ProcessStartInfo(Find(environment))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Arguments(endpoint, timeout))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return Process.Start(start) ?? throw new SshException($"{start.FileName} did not start");
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            throw new SshException($"{start.FileName} did not start: {exception.Message}", exception);
        }
    }

    internal static IReadOnlyList<string> Arguments(DockerEndpoint endpoint, TimeSpan timeout)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        List<string> arguments =
        [
            // No question is ever asked: nobody is there to answer it.
            "-o", "BatchMode=yes",
            "-o", Option("ConnectTimeout", seconds),
            "-o", Option("ServerAliveInterval", AliveSeconds),
            "-o", Option("ServerAliveCountMax", AliveProbes),

            // There are several connections at a time, of which all but the first would find the ports taken.
            "-o", "ClearAllForwardings=yes",
            "-T",
        ];
        if (endpoint.SshConfigFile is { } file)
        {
            arguments.AddRange(["-F", file]);
        }

        if (endpoint.Port != 0)
        {
            arguments.AddRange(["-p", endpoint.Port.ToString(CultureInfo.InvariantCulture)]);
        }

        if (endpoint.User.Length > 0)
        {
            arguments.AddRange(["-l", endpoint.User]);
        }

        arguments.AddRange(["--", endpoint.Host, "docker"]);
        if (endpoint.Path.Length > 0)
        {
            arguments.AddRange(["--host", "unix://" + endpoint.Path]);
        }

        arguments.AddRange(["system", "dial-stdio"]);
        return arguments;

        static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value}");
    }

    // The framework would look into the current directory first, where anybody may have put one.
    private static string Find(DockerEnvironment environment)
    {
        var name = environment.IsWindows ? "ssh.exe" : "ssh";
        foreach (var folder in (environment["PATH"] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Path.IsPathFullyQualified(folder) && Path.Combine(folder, name) is var program && environment.Exists(program))
            {
                return program;
            }
        }

        throw new SshException($"there is no program {name} on PATH. Install it (Debian's package is openssh-client)");
    }
}
