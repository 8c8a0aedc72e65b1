using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>Looks at files. Never throws for what a disk may hold; what can't be looked at is said to be unreadable.</summary>
internal static partial class FileSystemView
{
    private const int NoEntry = 2;
    private const int NotDirectory = 20;
    private const int LinkLoop = 40;
    private const int NameTooLong = 36;

    public static FileStamp Stat(string path, bool follow) =>
        OperatingSystem.IsLinux() ? StatLinux(DiskCalls.CurrentDirectory, path, follow) : StatPortable(path, follow);

    /// <summary>Gives what a link says; null where there is no link.</summary>
    public static unsafe string? ReadLink(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                return new FileInfo(path).LinkTarget;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        const int Longest = 4096;
        var buffer = stackalloc byte[Longest];
        fixed (byte* pointer = PathBytes.ToBytes(path, stackalloc byte[512]))
        {
            var length = DiskCalls.ReadLink(pointer, buffer, Longest);
            return length < 0 ? null : PathBytes.ToText(new ReadOnlySpan<byte>(buffer, (int)length));
        }
    }

    /// <summary>Tells whether something is mounted at exactly this path.</summary>
    public static unsafe bool IsMountRoot(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        DiskCalls.Stats stats;
        fixed (byte* pointer = PathBytes.ToBytes(path, stackalloc byte[512]))
        {
            return DiskCalls.Stat(DiskCalls.CurrentDirectory, pointer, DiskCalls.DontFollow, DiskCalls.BasicStats, &stats) == 0
                && (stats.Attributes & DiskCalls.MountRoot) != 0;
        }
    }

    internal static unsafe FileStamp StatLinux(int directory, string path, bool follow)
    {
        fixed (byte* pointer = PathBytes.ToBytes(path, stackalloc byte[512]))
        {
            return StatLinux(directory, pointer, follow);
        }
    }

    internal static unsafe FileStamp StatLinux(int directory, byte* path, bool follow)
    {
        DiskCalls.Stats stats;
        var flags = DiskCalls.NoAutomount | (follow ? 0 : DiskCalls.DontFollow);
        if (DiskCalls.Stat(directory, path, flags, DiskCalls.BasicStats, &stats) < 0)
        {
            return Marshal.GetLastPInvokeError() is NoEntry or NotDirectory or LinkLoop or NameTooLong
                ? FileStamp.Missing
                : FileStamp.Unreadable;
        }

        var kind = (stats.Mode & 0xF000) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Directory,
            0xA000 => EntryKind.Link,
            _ => EntryKind.Special,
        };
        return new FileStamp(
            kind,
            (byte)Math.Min(stats.Links, byte.MaxValue),
            (stats.DeviceMajor << 20) | stats.DeviceMinor,
            stats.Inode,
            (long)stats.Size,
            (stats.ModifiedSeconds * 1_000_000_000) + stats.ModifiedNanoseconds);
    }

    private static FileStamp StatPortable(string path, bool follow)
    {
        try
        {
            FileSystemInfo? info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (follow && info.LinkTarget is not null)
            {
                info = info.ResolveLinkTarget(returnFinalTarget: true);
            }

            if (info is not { Exists: true })
            {
                return FileStamp.Missing;
            }

            var kind = info.LinkTarget is not null ? EntryKind.Link : info is DirectoryInfo ? EntryKind.Directory : EntryKind.File;

            // No inodes in .NET: the time of birth tells a replaced file from a written one, and never harms.
            return new FileStamp(
                kind,
                Links: 1,
                Device: 0,
                (ulong)info.CreationTimeUtc.Ticks,
                info is FileInfo file ? file.Length : 0,
                (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception is FileNotFoundException or DirectoryNotFoundException ? FileStamp.Missing : FileStamp.Unreadable;
        }
    }
}
