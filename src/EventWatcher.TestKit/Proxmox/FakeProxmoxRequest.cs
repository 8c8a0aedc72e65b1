namespace EventWatcher.TestKit;

/// <summary>A request that a <see cref="FakeProxmox"/> received.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below <c>/api2/json</c>, decoded, without the query.</param>
/// <param name="Parameters">What the query and the form say.</param>
/// <param name="Time">When it came, by the server's clock.</param>
public sealed record FakeProxmoxRequest(string Method, string Path, IReadOnlyDictionary<string, string> Parameters, DateTimeOffset Time)
{
    internal string Authorization { get; init; } = "";

    internal string Ticket { get; init; } = "";

    internal string CsrfToken { get; init; } = "";

    internal bool HasBody { get; init; }

    internal bool IsChunked { get; init; }

    /// <summary>Gets the parts of the path.</summary>
    internal string[] Segments { get; } = Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
