namespace EventWatcher.Docker;

/// <summary>The actions that lead from what was known of a container to what it is.</summary>
internal static class SnapshotDifference
{
    public static IEnumerable<EventAction> Between(KnownContainer? known, KnownContainer? now)
    {
        if (known is null && now is null)
        {
            yield break;
        }

        if (now is null)
        {
            if (known!.Value.Status != ContainerStatus.Stopped)
            {
                yield return EventAction.ContainerDie;
            }

            yield return EventAction.ContainerDestroy;
            yield break;
        }

        if (known is null)
        {
            yield return EventAction.ContainerCreate;
        }
        else if (!string.Equals(known.Value.Name, now.Value.Name, StringComparison.Ordinal))
        {
            yield return EventAction.ContainerRename;
        }

        foreach (var action in Status(known?.Status ?? ContainerStatus.Stopped, now.Value.Status))
        {
            yield return action;
        }
    }

    private static IEnumerable<EventAction> Status(ContainerStatus known, ContainerStatus now) => (known, now) switch
    {
        (ContainerStatus.Stopped, ContainerStatus.Running) => [EventAction.ContainerStart],
        (ContainerStatus.Stopped, ContainerStatus.Paused) => [EventAction.ContainerStart, EventAction.ContainerPause],
        (ContainerStatus.Running, ContainerStatus.Paused) => [EventAction.ContainerPause],
        (ContainerStatus.Paused, ContainerStatus.Running) => [EventAction.ContainerUnpause],
        (ContainerStatus.Running or ContainerStatus.Paused, ContainerStatus.Stopped) => [EventAction.ContainerDie],
        _ => [],
    };
}
