using System.Globalization;

namespace EventWatcher.Store;

/// <summary>One file of the log. It is named after its first event, so that names sort as events do.</summary>
internal sealed class Segment(FileHeader header, SegmentIndex? written = null)
{
    public const string Extension = ".events";

    /// <summary>The extension of a file that is being made.</summary>
    public const string NewExtension = ".new";

    private readonly Lock _gate = new();
    private volatile SegmentIndex? _index = written;

    public FileHeader Header { get; } = header;

    /// <summary>Gets the number of its first event.</summary>
    public long First => Header.First;

    public string FileName { get; } = NameOf(header.First);

    public static string NameOf(long first) => first.ToString("D19", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseName(string name, out long first)
    {
        first = 0;
        return name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && string.Equals(name, NameOf(first), StringComparison.Ordinal);
    }

    /// <summary>Makes a new file with nothing in it. It has its name only when its head is on the disk.</summary>
    /// <param name="storage">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="header">Its head.</param>
    /// <param name="length">How much room it takes.</param>
    /// <param name="open">Makes its end, and writes what else it must hold before it has its name.</param>
    public static FrameWriter Create(IStorage storage, string name, FileHeader header, long length, Func<IStorageFile, FrameWriter> open)
    {
        var file = storage.Create(name + NewExtension);
        try
        {
            Span<byte> head = stackalloc byte[FileHeader.Size];
            header.Write(head);
            file.Allocate(length);
            file.Write(head, 0);
            file.Flush();
            var frames = open(file);
            storage.Rename(name + NewExtension, name);
            return frames;
        }
        catch
        {
            file.Dispose();
            storage.Delete(name + NewExtension);
            throw;
        }
    }

    /// <summary>Gets where its frames are; looked for when first asked, by their heads alone.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its name, for people.</param>
    /// <param name="last">The number of its last event.</param>
    /// <exception cref="EventStoreDamagedException">It doesn't reach so far.</exception>
    public SegmentIndex GetIndex(IStorageFile file, string path, long last)
    {
        if (_index is { } known)
        {
            return known;
        }

        lock (_gate)
        {
            return _index ??= BuildIndex(file, path, last);
        }
    }

    private SegmentIndex BuildIndex(IStorageFile file, string path, long last)
    {
        var index = new SegmentIndex();
        using var window = new FileWindow(file);
        var cursor = new FrameCursor(window, Header, FileHeader.Size, First);
        while (cursor.Expected <= last)
        {
            if (cursor.StepByHead() != FrameStep.Frame)
            {
                // What is before the fault can still be found; reading comes upon the fault itself.
                break;
            }

            if (cursor.Header.Count > 0)
            {
                var record = window.Get(cursor.Offset + FrameHeader.Size, RecordHeader.Size);
                index.Add(cursor.Header.First, cursor.Offset, record.Length < RecordHeader.Size ? long.MaxValue : RecordHeader.Read(record).Timestamp);
            }
        }

        return index;
    }
}
