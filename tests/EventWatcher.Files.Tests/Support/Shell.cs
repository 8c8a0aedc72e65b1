using System.Diagnostics;

namespace EventWatcher.Files.Tests;

/// <summary>Runs what an administrator would type.</summary>
internal static class Shell
{
    public static string Run(string command, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo("/bin/bash")
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? "/",
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{command}: {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }
}
