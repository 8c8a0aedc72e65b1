namespace EventWatcher.Benchmarks;

/// <summary>Events as a Docker engine gives them.</summary>
internal static class SampleEvents
{
    public static Event[] Create(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new Event
        {
            Type = EventType.Docker,
            Action = EventAction.ContainerStart,
            ActorName = $"web-{i}",
            ActorId = i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture),
            Source = "unix:///var/run/docker.sock",
        }),
    ];
}
