using System.Net;

namespace EventWatcher.Idle;

/// <summary>A connection or flow that a listener has taken.</summary>
/// <param name="Container">The name of the container that it goes to.</param>
/// <param name="Client">Where it comes from.</param>
public sealed record IdleConnection(string Container, EndPoint? Client);
