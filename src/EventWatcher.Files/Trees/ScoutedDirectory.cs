namespace EventWatcher.Files;

/// <summary>A directory that is watched and listed ahead of the loop, which takes what was found into its tables.</summary>
internal sealed class ScoutedDirectory
{
    public int Row { get; set; }

    /// <summary>Gets or sets its path below the root.</summary>
    public string Path { get; set; } = "";

    /// <summary>Gets or sets what <see cref="IFileEventSource.Add"/> returned.</summary>
    public int Watch { get; set; }

    /// <summary>Gets or sets a value indicating whether it could be listed.</summary>
    public bool IsListed { get; set; }

    public List<ListedEntry> Entries { get; } = [];

    /// <summary>Gets or sets what went wrong; it is thrown by the loop.</summary>
    public Exception? Failure { get; set; }
}
