using EventWatcher.Docker;
using EventWatcher.Files;

namespace EventWatcher.IntegrationTests;

/// <summary>What the README's tables for people who come from elsewhere say to write, compiled; <see cref="ComingFromTests"/> compares them.</summary>
internal static class ComingFromSnippets
{
    public static IReadOnlyList<object> Files(string path) =>
    [
        new DirectoryWatcher(path, recursive: true),
        new DirectoryWatcherOptions { Path = path, Include = { "*.yaml" } },
        new DirectoryWatcherOptions { Path = path, SettleTime = TimeSpan.FromMilliseconds(200) },
        new ConfigFileWatcher(path),
    ];

    public static string? File(Event e) =>
        e.Action == EventAction.FileRenamed
            ? e.ActorAttributes[FileAttributeNames.OldName]
            : null;

    public static IReadOnlyList<object> Docker(CancellationToken ct) =>
    [
        new DockerWatcher().Watch(ct).ReadAllAsync(cancellationToken: ct),
        new DockerWatcherOptions { Endpoint = "tcp://nas:2375" },
        new DockerWatcherOptions { Filters = DockerFilters.NameOrId("web") + DockerFilters.Die },
    ];

    public static bool Docker(Event e) => e.Action == EventAction.ContainerDie;
}
