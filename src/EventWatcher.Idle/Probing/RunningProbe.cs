namespace EventWatcher.Idle;

/// <summary>A container serves as soon as it runs.</summary>
internal sealed class RunningProbe : IHealthProbe
{
    public static RunningProbe Instance { get; } = new();

    public bool NeedsAddress => false;

    public ValueTask<string?> ProbeAsync(HealthProbeTarget target, CancellationToken cancellationToken) => new((string?)null);
}
