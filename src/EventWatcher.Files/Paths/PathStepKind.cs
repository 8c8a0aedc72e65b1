namespace EventWatcher.Files;

/// <summary>What matters of a directory on the way.</summary>
internal enum PathStepKind
{
    /// <summary>That it stays where it is.</summary>
    Directory = 0,

    /// <summary>That an entry comes, goes, or becomes another: a symbolic link, or what isn't there yet.</summary>
    Entry,

    /// <summary>Everything about an entry: it is what the path leads to.</summary>
    Target,

    /// <summary>The file itself, which is mounted on its own, so that its directory hears nothing.</summary>
    Inode,
}
