namespace EventWatcher.Files;

/// <summary>Which file a <see cref="FileWatcher"/> watches.</summary>
public sealed class FileWatcherOptions : FilesWatcherOptions
{
    private static readonly TimeSpan DefaultSettleTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Initializes options without a path.</summary>
    public FileWatcherOptions()
        : base(DefaultSettleTime)
    {
    }

    /// <summary>Gets or sets the path. It may not exist yet, may be a symbolic link, and may be replaced.</summary>
    /// <value>A path; a relative one is meant from the current directory when the watcher is made. Required.</value>
    public string Path { get; set; } = "";
}
