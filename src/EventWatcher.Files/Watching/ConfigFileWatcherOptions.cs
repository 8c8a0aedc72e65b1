namespace EventWatcher.Files;

/// <summary>Which files a <see cref="ConfigFileWatcher"/> watches.</summary>
public sealed class ConfigFileWatcherOptions : FilesWatcherOptions
{
    private static readonly TimeSpan DefaultSettleTime = TimeSpan.FromMilliseconds(100);

    /// <summary>Initializes options without a path.</summary>
    public ConfigFileWatcherOptions()
        : base(DefaultSettleTime)
    {
    }

    /// <summary>Gets or sets the files. They may not exist yet, may be symbolic links, and may be replaced.</summary>
    /// <value>At least one path; relative ones are meant from the current directory when the watcher is made.</value>
    public IList<string> Paths { get; internal set; } = [];
}
