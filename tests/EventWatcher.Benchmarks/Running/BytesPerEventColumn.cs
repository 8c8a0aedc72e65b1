using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace EventWatcher.Benchmarks;

/// <summary>What the memory diagnoser counted, for each event; its own column rounds to whole bytes.</summary>
internal sealed class BytesPerEventColumn : IColumn
{
    public string Id => nameof(BytesPerEventColumn);

    public string ColumnName => "B/event";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 101;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Bytes allocated for each event, by all threads";

    /// <summary>Null where the benchmark has no result.</summary>
    public static double? Value(BenchmarkReport? report) =>
        report is { GcStats.TotalOperations: > 0 and var operations } && report.GcStats.GetTotalAllocatedBytes(excludeAllocationQuantumSideEffects: false) is { } bytes
            ? (double)bytes / operations
            : null;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        Value(summary[benchmarkCase])?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
