namespace EventWatcher.Files;

/// <summary>What a source says of a name or of a watched directory itself. The values are the kernel's.</summary>
[Flags]
internal enum FileSignals : uint
{
    None = 0,
    Modify = 0x2,
    Attrib = 0x4,
    CloseWrite = 0x8,
    MovedFrom = 0x40,
    MovedTo = 0x80,
    Create = 0x100,
    Delete = 0x200,
    DeleteSelf = 0x400,
    MoveSelf = 0x800,
    Unmount = 0x2000,
    Overflow = 0x4000,
    Ignored = 0x8000,
    OnlyDirectory = 0x0100_0000,
    DontFollow = 0x0200_0000,
    ExcludeUnlinked = 0x0400_0000,
    AddToMask = 0x2000_0000,
    IsDirectory = 0x4000_0000,

    /// <summary>That a directory's entry came, went, or became another.</summary>
    Entries = Create | Delete | MovedFrom | MovedTo,

    /// <summary>That the watched directory or file itself is no longer what its path says.</summary>
    Self = DeleteSelf | MoveSelf | Unmount | Ignored,

    /// <summary>Everything that is asked for a directory whose files matter.</summary>
    Contents = Entries | Modify | CloseWrite | Attrib | DeleteSelf | MoveSelf,
}
