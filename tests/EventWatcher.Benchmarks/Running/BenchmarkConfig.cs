using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;

namespace EventWatcher.Benchmarks;

/// <summary>How BenchmarkDotNet runs and what it prints.</summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    private static readonly string[] ToolchainChoices = ["--inProcess", "-i", "--runtimes", "-r", "--cli", "--coreRun"];

    public BenchmarkConfig()
    {
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddColumn(new EventRateColumn(), new BytesPerEventColumn());
        AddDiagnoser(MemoryDiagnoser.Default);
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        HideColumns("Error", "StdDev", "Median", "RatioSD", "Gen0", "Gen1", "Gen2", "Allocated", "Alloc Ratio");
    }

    /// <summary>
    /// Adds the in-process toolchain where the command line chooses none: this version of BenchmarkDotNet is older than
    /// the framework, and building a project for each benchmark takes longer than running it.
    /// </summary>
    public static string[] Complete(string[] args) =>
        args.Intersect(ToolchainChoices, StringComparer.OrdinalIgnoreCase).Any() ? args : [.. args, "--inProcess"];
}
