namespace EventWatcher.Store;

/// <summary>Makes the end of a file of frames good again when it is opened.</summary>
internal static class FileMending
{
    private const int Chunk = 64 * 1024;
    private const int Page = 4096;

    /// <summary>Tells what is to be cut off; null where nothing is.</summary>
    public static TailCut? TailCutOf(IStorageFile file, string path, RecoveredFrames found)
    {
        if (found.TailLength > 0)
        {
            return new TailCut(path, found.End, found.TailLength, found.Fault);
        }

        // Room is taken in whole pages.
        return file.Length % Page == 0 ? null : new TailCut(path, file.Length, 0, "the file was cut short");
    }

    /// <summary>Puts on the disk what is going to be shown to readers, and takes away what isn't.</summary>
    public static void Mend(IStorageFile file, RecoveredFrames found)
    {
        // What no later frame says was flushed may only be in the system's cache: a process that was killed had not
        // flushed it yet, or its flush failed, after which the cache may show what the disk never got and a flush
        // does nothing. Written again, it is flushed for sure.
        var buffer = new byte[Chunk];
        for (var offset = found.UnprovenFrom; offset < found.End; offset += Chunk)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(Chunk, found.End - offset));
            _ = file.Read(part, offset);
            file.Write(part, offset);
        }

        Array.Clear(buffer);
        for (var offset = found.End; offset < found.End + found.TailLength; offset += Chunk)
        {
            file.Write(buffer.AsSpan(0, (int)Math.Min(Chunk, found.End + found.TailLength - offset)), offset);
        }

        file.Allocate((file.Length + Page - 1) & -Page);
        file.Flush();
    }
}
