namespace EventWatcher.Files;

/// <summary>What the watchers' configuration sections may say.</summary>
internal static class FilesSections
{
    public static OptionsSchema Directory { get; } = Common(nameof(DirectoryWatcherOptions))
        .Text(nameof(DirectoryWatcherOptions.Path))
        .Flag(nameof(DirectoryWatcherOptions.Recursive))
        .Any(nameof(DirectoryWatcherOptions.Include))
        .Any(nameof(DirectoryWatcherOptions.Exclude))
        .Flag(nameof(DirectoryWatcherOptions.IncludeHidden))
        .Flag(nameof(DirectoryWatcherOptions.IncludeTemporaries));

    public static OptionsSchema File { get; } = Common(nameof(FileWatcherOptions))
        .Text(nameof(FileWatcherOptions.Path));

    public static OptionsSchema ConfigFile { get; } = Common(nameof(ConfigFileWatcherOptions))
        .Any(nameof(ConfigFileWatcherOptions.Paths));

    private static OptionsSchema Common(string options) => new OptionsSchema(options)
        .Text(nameof(FilesWatcherOptions.Name))
        .Duration(nameof(FilesWatcherOptions.SettleTime))
        .Choice<FilePolling>(nameof(FilesWatcherOptions.Polling))
        .Duration(nameof(FilesWatcherOptions.PollInterval))
        .Integer<int>(nameof(FilesWatcherOptions.Capacity));
}
