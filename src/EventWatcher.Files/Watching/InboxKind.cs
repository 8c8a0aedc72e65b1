namespace EventWatcher.Files;

/// <summary>What kind of work it is.</summary>
internal enum InboxKind : byte
{
    /// <summary>A sign of a name or of a watched directory.</summary>
    Signal = 0,

    /// <summary>A part of a path became another; the subject is the <see cref="PathWatch"/>.</summary>
    Path,

    /// <summary>Events were lost.</summary>
    Overflow,

    /// <summary>Mounts changed; the subject is their list.</summary>
    Mounts,

    /// <summary>Everything before it has been worked on; the subject is who waits for it.</summary>
    Barrier,
}
