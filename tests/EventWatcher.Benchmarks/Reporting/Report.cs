using System.Text.Json;

namespace EventWatcher.Benchmarks;

/// <summary>Where commands leave what they measured for the report. Without a report under way nothing is kept.</summary>
internal static class Report
{
    /// <summary>The environment variable with the file that the report reads.</summary>
    public const string FileVariable = "EVENTWATCHER_REPORT_FILE";

    public static void Add(string work, string here, string peers = "", string ratio = "", string limit = "", bool? holds = null)
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file)
        {
            File.AppendAllLines(file, [JsonSerializer.Serialize(new ReportLine(work, here, peers, ratio, limit, holds))]);
        }
    }

    public static List<ReportLine> Read(string file) =>
        File.Exists(file) ? [.. File.ReadLines(file).Select(static line => JsonSerializer.Deserialize<ReportLine>(line)!)] : [];
}
