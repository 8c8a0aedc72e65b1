namespace EventWatcher.Files;

/// <summary>What <see cref="Event.ActorAttributes"/> of a file event may carry.</summary>
public static class FileAttributeNames
{
    /// <summary>The absolute path. Always there.</summary>
    public const string Path = "path";

    /// <summary>On a rename, the name it had, relative like <see cref="Event.ActorName"/>.</summary>
    public const string OldName = "oldName";

    /// <summary><c>true</c> where it is a directory; absent otherwise.</summary>
    public const string Directory = "directory";

    /// <summary>The size of a file in bytes, where it is known.</summary>
    public const string Size = "size";

    /// <summary>When the file was last modified (UTC, ISO 8601), where that is known.</summary>
    public const string Modified = "modified";

    /// <summary>
    /// The bytes of the path in hexadecimal digits, where they are no UTF-8; path and name then show a replacement
    /// character for each byte that is none.
    /// </summary>
    public const string PathBytes = "pathBytes";
}
