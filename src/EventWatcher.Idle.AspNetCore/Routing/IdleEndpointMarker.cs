namespace EventWatcher.Idle.AspNetCore;

/// <summary>Tells this package's own endpoints from the application's, which the middleware holds.</summary>
internal sealed class IdleEndpointMarker
{
    public static IdleEndpointMarker Instance { get; } = new();
}
