namespace EventWatcher.Files;

/// <summary>What a name stands for.</summary>
internal enum EntryKind : byte
{
    Missing = 0,
    File,
    Directory,
    Link,

    /// <summary>A pipe, a socket, a device: reported as a name, never opened.</summary>
    Special,

    /// <summary>It can't be looked at; the reason is the disk's or the permissions'.</summary>
    Unreadable,
}
