namespace EventWatcher.Docker;

/// <summary>What the search for an endpoint came to.</summary>
/// <param name="Endpoint">The endpoint; null where it failed.</param>
/// <param name="Origin">Where it comes from, for people.</param>
/// <param name="Fault">Why it failed; null where it did not.</param>
internal sealed record DockerEndpointResolution(DockerEndpoint? Endpoint, string Origin, string? Fault);
