namespace EventWatcher.Docker.Tests;

/// <summary>A request as the engine received it.</summary>
/// <param name="Path">Without the version prefix and the query, decoded.</param>
/// <param name="Version">The prefix's version, such as 1.41; null when the request had none.</param>
/// <param name="RawTarget">The request line's target as it came.</param>
/// <param name="Time">The engine's time.</param>
/// <param name="Connection">Which of the accepted connections carried it, from 1.</param>
internal sealed record RecordedRequest(
    string Method,
    string Path,
    string? Version,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    string RawTarget,
    DateTimeOffset Time,
    int Connection)
{
    /// <summary>An event stream without end, as opposed to a bounded read.</summary>
    public bool IsEventStream => Path == "/events" && !IsBounded;

    /// <summary>A read of past events.</summary>
    public bool IsBoundedRead => Path == "/events" && IsBounded;

    // Podman is asked in the second way.
    private bool IsBounded => Query.ContainsKey("until") || Query.ContainsKey("stream");

    public override string ToString() => $"{Method} {RawTarget}";
}
