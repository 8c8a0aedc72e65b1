namespace EventWatcher.Idle;

/// <summary>A probe made of a callback.</summary>
/// <param name="probe">Returns null where the container serves, else why not; see <see cref="IHealthProbe.ProbeAsync"/>.</param>
/// <param name="needsAddress">Whether it needs an address.</param>
public sealed class DelegateHealthProbe(Func<HealthProbeTarget, CancellationToken, ValueTask<string?>> probe, bool needsAddress = false) : IHealthProbe
{
    private readonly Func<HealthProbeTarget, CancellationToken, ValueTask<string?>> _probe = probe ?? throw new ArgumentNullException(nameof(probe));

    /// <inheritdoc/>
    public bool NeedsAddress { get; } = needsAddress;

    /// <inheritdoc/>
    public ValueTask<string?> ProbeAsync(HealthProbeTarget target, CancellationToken cancellationToken) => _probe(target, cancellationToken);
}
