namespace EventWatcher.Docker;

/// <summary>What a <see cref="DockerWatcher"/> does after its stream broke.</summary>
public enum DockerResume
{
    /// <summary>
    /// Resumes where it was, proves by the engine's memory of 256 events that nothing was missed, and sends one
    /// <see cref="EventAction.ForceReload"/> only where that can't be proved.
    /// </summary>
    Proved = 0,

    /// <summary>
    /// As GoDoxy's watcher does: an error and a <see cref="EventAction.ForceReload"/> when the outage begins, another
    /// try after <see cref="DockerWatcherOptions.RetryDelay"/>, a <see cref="EventAction.ForceReload"/> when it ends.
    /// </summary>
    Never,
}
