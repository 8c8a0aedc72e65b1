namespace EventWatcher.Files;

/// <summary>A path that is watched for itself, as it was last reported.</summary>
internal sealed class WatchedPath(string path, PathWatch watch)
{
    public string Path { get; } = path;

    public string Name { get; } = path[(path.LastIndexOf('/') + 1)..];

    public PathWatch Watch { get; } = watch;

    /// <summary>Gets or sets what was reported.</summary>
    public FileStamp Known { get; set; }

    /// <summary>Gets or sets the hash of the content that was reported; null where it is not known by its content.</summary>
    public byte[]? Hash { get; set; }

    /// <summary>Gets or sets what was seen when it was last polled.</summary>
    public FileStamp Polled { get; set; }

    /// <summary>Gets or sets the directory and name it was moved to, as far as that was heard.</summary>
    public string? MovedTo { get; set; }

    /// <summary>Gets or sets a value indicating whether it is polled.</summary>
    public bool IsPolled { get; set; }

    public bool SaidUnreadable { get; set; }

    public bool SaidPinned { get; set; }
}
