using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventWatcher.Files;

internal static partial class FileSystemView
{
    private const int ListBuffer = 32 * 1024;

    /// <summary>Whether an entry is wanted, by its name.</summary>
    public delegate bool NameTest(string name, EntryKind kind);

    /// <summary>Lists a directory with what each entry is; links are followed for the stamp, and said to be links.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="entries">Where the entries go.</param>
    /// <param name="wanted">Which entries are looked at.</param>
    /// <returns>Whether it could be listed; false too where it is gone.</returns>
    public static bool List(string path, List<ListedEntry> entries, NameTest wanted) => OperatingSystem.IsLinux()
        ? ListLinux(path, entries, wanted)
        : ListPortable(path, entries, wanted);

    private static unsafe bool ListLinux(string path, List<ListedEntry> entries, NameTest wanted)
    {
        int descriptor;
        fixed (byte* pointer = PathBytes.ToBytes(path, stackalloc byte[512]))
        {
            descriptor = DiskCalls.Open(pointer, DiskCalls.OpenDirectoryFlags, 0);
        }

        if (descriptor < 0)
        {
            return false;
        }

        try
        {
            var buffer = stackalloc byte[ListBuffer];
            while (true)
            {
                var count = DiskCalls.List(descriptor, buffer, ListBuffer);
                if (count <= 0)
                {
                    return count == 0;
                }

                for (var rest = new ReadOnlySpan<byte>(buffer, (int)count); rest.Length > 19;)
                {
                    var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
                    AddListed(descriptor, rest[18], rest[19..length], entries, wanted);
                    rest = rest[length..];
                }
            }
        }
        finally
        {
            _ = DiskCalls.Close(descriptor);
        }
    }

    private static unsafe void AddListed(int directory, byte type, ReadOnlySpan<byte> bytes, List<ListedEntry> entries, NameTest wanted)
    {
        var name = bytes[..bytes.IndexOf((byte)0)];
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            return;
        }

        var kind = type switch
        {
            4 => EntryKind.Directory,
            8 => EntryKind.File,
            10 => EntryKind.Link,
            0 => EntryKind.Missing,
            _ => EntryKind.Special,
        };
        var text = PathBytes.ToText(name);
        if (!wanted(text, kind))
        {
            return;
        }

        fixed (byte* pointer = bytes)
        {
            var stamp = StatLinux(directory, pointer, follow: false);
            if (stamp.Kind == EntryKind.Link)
            {
                entries.Add(new ListedEntry(text, IsLink: true, ThroughLink(StatLinux(directory, pointer, follow: true))));
            }
            else if (stamp.Exists)
            {
                entries.Add(new ListedEntry(text, IsLink: false, stamp));
            }
        }
    }

    private static bool ListPortable(string path, List<ListedEntry> entries, NameTest wanted)
    {
        try
        {
            foreach (var info in new DirectoryInfo(path).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            {
                var isLink = info.LinkTarget is not null;
                var kind = isLink ? EntryKind.Link : info is DirectoryInfo ? EntryKind.Directory : EntryKind.File;
                if (wanted(info.Name, kind))
                {
                    var stamp = StatPortable(info.FullName, follow: true);
                    entries.Add(new ListedEntry(info.Name, isLink, isLink ? ThroughLink(stamp) : stamp));
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A link counts as what it leads to, but stays a link where it leads nowhere or to a directory.</summary>
    internal static FileStamp ThroughLink(in FileStamp target) => target.Kind switch
    {
        EntryKind.File => target,
        EntryKind.Missing => new FileStamp(EntryKind.Link, 1, 0, 0, 0, 0),
        _ => target with { Kind = EntryKind.Link, Size = 0, Modified = 0 },
    };

    /// <summary>Looks at an entry of a directory as <see cref="List"/> does.</summary>
    public static ListedEntry Look(string path, string name)
    {
        var stamp = Stat(path, follow: false);
        return stamp.Kind == EntryKind.Link
            ? new ListedEntry(name, IsLink: true, ThroughLink(Stat(path, follow: true)))
            : new ListedEntry(name, IsLink: false, stamp);
    }
}
