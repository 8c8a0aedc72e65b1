namespace EventWatcher.Files;

/// <summary>What is known of a directory.</summary>
[Flags]
internal enum DirectoryMarks : byte
{
    None = 0,

    /// <summary>The row is in use.</summary>
    Live = 1,

    /// <summary>Its being there has been reported, or was so from the beginning.</summary>
    Reported = 2,

    /// <summary>The kernel refused to watch it: it is polled.</summary>
    Polled = 4,

    /// <summary>It can't be listed.</summary>
    Unreadable = 8,

    /// <summary>Newly watched, or looked into by its path, which may have led to another directory by then already.</summary>
    Touched = 16,

    /// <summary>Another directory than the one before of its name, or the first; what that means has not been decided yet.</summary>
    Another = 32,
}
