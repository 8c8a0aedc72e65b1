namespace EventWatcher.Idle;

/// <summary>A container serves when its own health check says so.</summary>
/// <remarks>
/// What it says comes by events, which tell of changes only: one that was found running is taken for healthy until it
/// says otherwise.
/// </remarks>
public sealed class ContainerHealthProbe : IHealthProbe
{
    /// <inheritdoc/>
    public bool NeedsAddress => false;

    /// <inheritdoc/>
    public ValueTask<string?> ProbeAsync(HealthProbeTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new ValueTask<string?>((target.ContainerHealth ?? (target.WasFoundRunning ? true : null)) switch
        {
            true => null,
            false => "its health check says unhealthy",
            null => "its health check has not spoken yet",
        });
    }
}
