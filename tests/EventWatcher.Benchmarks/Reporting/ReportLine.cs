namespace EventWatcher.Benchmarks;

/// <summary>One measured thing in the table of the README.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Here">This project's figure, with its unit.</param>
/// <param name="Peers">Each peer of the same run with its figure; empty without one.</param>
/// <param name="Ratio">To the best peer, or to what the machine itself can do; empty without one.</param>
/// <param name="Limit">What the design asks for; empty where it asks for nothing.</param>
/// <param name="Holds">Whether that is reached; null where nothing is asked for.</param>
internal sealed record ReportLine(string Work, string Here, string Peers, string Ratio, string Limit, bool? Holds)
{
    /// <summary>The command that measured it; the report knows.</summary>
    public string Command { get; init; } = "";
}
