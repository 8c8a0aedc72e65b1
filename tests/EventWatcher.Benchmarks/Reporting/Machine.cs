using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace EventWatcher.Benchmarks;

/// <summary>What a figure is worth nothing without: where, when and how it was measured.</summary>
internal static class Machine
{
    public static void Print(string[] args)
    {
        Console.WriteLine($"machine   {Description()} ({Configuration()}){Load()}");
        Console.WriteLine($"date      {DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}");
        Console.WriteLine($"command   dotnet run -c Release --project tests/EventWatcher.Benchmarks -- {string.Join(' ', args)}");
        Console.WriteLine();
    }

    /// <summary>In one sentence, as a document has it.</summary>
    public static string Describe() => $"{Description()}; {DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{Load()}";

    private static string Description() =>
        $"{Processor()}, {Environment.ProcessorCount} cores; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}";

    private static string Configuration() =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "unknown configuration";

    private static string Processor()
    {
        const string Cpus = "/proc/cpuinfo";
        var name = File.Exists(Cpus)
            ? File.ReadLines(Cpus).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    // A busy machine explains a figure that surprises.
    private static string Load()
    {
        const string Average = "/proc/loadavg";
        return File.Exists(Average) ? $"; load {File.ReadAllText(Average).Split(' ')[0]}" : "";
    }
}
