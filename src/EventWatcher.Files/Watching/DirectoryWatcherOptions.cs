namespace EventWatcher.Files;

/// <summary>Which directory a <see cref="DirectoryWatcher"/> watches, and what of it.</summary>
public sealed class DirectoryWatcherOptions : FilesWatcherOptions
{
    private static readonly TimeSpan DefaultSettleTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Initializes options without a directory.</summary>
    public DirectoryWatcherOptions()
        : base(DefaultSettleTime)
    {
    }

    /// <summary>Gets or sets the directory. It may not exist yet, and may be a symbolic link.</summary>
    /// <value>A path; a relative one is meant from the current directory when the watcher is made. Required.</value>
    public string Path { get; set; } = "";

    /// <summary>Gets or sets whether the directories below it are watched too. Symbolic links to directories are not entered.</summary>
    /// <value>The default is false.</value>
    public bool Recursive { get; set; }

    /// <summary>
    /// Gets or sets which files are reported, as patterns of the path below the directory: <c>*</c> and <c>?</c> within a
    /// name, <c>**</c> over directories, <c>[abc]</c>. A pattern without a slash is meant for names in every directory.
    /// </summary>
    /// <value>The default is empty: all.</value>
    public IList<string> Include { get; internal set; } = [];

    /// <summary>Gets or sets what is not reported, and not entered where it is a directory; stronger than <see cref="Include"/>.</summary>
    /// <value>The default is empty.</value>
    public IList<string> Exclude { get; internal set; } = [];

    /// <summary>Gets or sets whether names that begin with a dot are reported and entered.</summary>
    /// <value>The default is false.</value>
    public bool IncludeHidden { get; set; }

    /// <summary>
    /// Gets or sets whether the files that editors make for themselves are reported: <c>*~</c>, <c>.*.swp</c>,
    /// <c>4913</c>, <c>#*#</c>, <c>.goutputstream-*</c>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool IncludeTemporaries { get; set; }
}
