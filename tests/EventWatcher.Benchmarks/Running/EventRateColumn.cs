using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace EventWatcher.Benchmarks;

/// <summary>Millions of events a second, from the mean.</summary>
internal sealed class EventRateColumn : IColumn
{
    public string Id => nameof(EventRateColumn);

    public string ColumnName => "M events/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 100;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Millions of events a second, from the mean";

    /// <summary>Null where the benchmark has no result.</summary>
    public static double? Value(BenchmarkReport? report) => report?.ResultStatistics is { Mean: > 0 } statistics ? 1e3 / statistics.Mean : null;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        Value(summary[benchmarkCase])?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
