namespace EventWatcher.Idle;

/// <summary>Finds out whether a container that runs can serve.</summary>
/// <remarks>Implementations are thread-safe: one may be shared by many containers.</remarks>
public interface IHealthProbe
{
    /// <summary>Gets whether the probe needs an address, so that it is not called before there is one.</summary>
    bool NeedsAddress { get; }

    /// <summary>Tries once.</summary>
    /// <param name="target">Which container.</param>
    /// <param name="cancellationToken">Gives up: the try took too long, or the container is no longer starting.</param>
    /// <returns>
    /// Null where it serves; else why not, in a few words. An exception other than the token's means "not yet", too.
    /// </returns>
    ValueTask<string?> ProbeAsync(HealthProbeTarget target, CancellationToken cancellationToken);
}
