using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>By what it is known whether a file is still the same.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Links">How many names it has, at most 255.</param>
/// <param name="Device">The device.</param>
/// <param name="Inode">Its number on its device.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Modified">When its content was changed, in nanoseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStamp(EntryKind Kind, byte Links, uint Device, ulong Inode, long Size, long Modified)
{
    public static FileStamp Missing => default;

    public static FileStamp Unreadable { get; } = new(EntryKind.Unreadable, 0, 0, 0, 0, 0);

    public bool Exists => Kind != EntryKind.Missing;

    public bool IsDirectory => Kind == EntryKind.Directory;

    public DateTimeOffset ModifiedAt => DateTimeOffset.UnixEpoch.AddTicks(Modified / TimeSpan.NanosecondsPerTick);

    /// <summary>Gets whether its file system counts in steps so coarse that two changes may bear one time.</summary>
    public bool IsCoarse => Kind == EntryKind.File && Modified % 1_000_000_000 == 0;

    /// <summary>Tells whether what a reader would read may be another.</summary>
    public bool IsSameContent(in FileStamp other) =>
        IsSameFile(other) && (Kind is not EntryKind.File || (Size == other.Size && Modified == other.Modified));

    /// <summary>Tells whether it is the same file, whatever is in it.</summary>
    public bool IsSameFile(in FileStamp other) => Kind == other.Kind && Inode == other.Inode && Device == other.Device;
}
