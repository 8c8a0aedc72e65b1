namespace EventWatcher.Idle.AspNetCore;

/// <summary>A container as HTTP sees it: its watcher, a copy of its options, and what waits for it.</summary>
internal sealed class IdleRoute(IdleWatcher watcher, IdleContainerOptions options, HeldRequests held) : IIdleContainerFeature
{
    public IdleWatcher Watcher { get; } = watcher;

    public IdleContainerOptions Options { get; } = options;

    public WakePolicy Policy { get; } = new(options.WakeOn);

    public HeldRequests Held { get; } = held;

    /// <summary>Says whether a request to this path may wake the container.</summary>
    public bool MayWake(PathString path) => MayWake(Options, path);

    /// <summary>Says whether a request to this path may wake a container.</summary>
    public static bool MayWake(IdleContainerOptions options, PathString path) =>
        options.StartEndpoint is not { } start || path.Equals(new PathString(start), StringComparison.Ordinal);
}
