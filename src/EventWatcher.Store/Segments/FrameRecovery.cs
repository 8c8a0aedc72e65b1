namespace EventWatcher.Store;

/// <summary>Finds where the frames of a file end, and tells a torn tail from damage.</summary>
internal static class FrameRecovery
{
    private const int Chunk = 1024 * 1024;

    /// <summary>What is done with each good frame.</summary>
    public delegate void FrameVisitor(long offset, FrameHeader header, ReadOnlySpan<byte> frame);

    /// <summary>Reads a file to its end. Changes nothing.</summary>
    /// <exception cref="EventStoreDamagedException">A frame is bad of which a later one says that it was on the disk.</exception>
    public static RecoveredFrames Read(IStorageFile file, string path, FileHeader header, FrameVisitor visit)
    {
        using var window = new FileWindow(file, Chunk);
        var cursor = new FrameCursor(window, header, FileHeader.Size, header.First);
        var unproven = new Queue<long>();
        var step = cursor.Step();
        while (true)
        {
            for (; step == FrameStep.Frame; step = cursor.Step())
            {
                // A frame lies wholly before the byte up to which all is durable, or wholly after it.
                while (unproven.TryPeek(out var offset) && offset < cursor.Header.DurableTo)
                {
                    _ = unproven.Dequeue();
                }

                unproven.Enqueue(cursor.Offset);
                visit(cursor.Offset, cursor.Header, cursor.Frame);
            }

            // After the last frame there is nothing but zeros, unless a write was torn, or one that was not flushed
            // survived where an earlier one did not.
            var (end, fault) = (cursor.Offset, step == FrameStep.Bad ? cursor.Fault : "bytes lie behind the last frame");
            var tail = LengthWithoutZeros(window, file.Length, end) - end;
            if (tail > 0 && FindDamage(file, path, header, cursor, tail) is { } damage)
            {
                // Another process may write the file while this one reads it, and this one was there too early: what
                // proves the frame bad was written after it, so that by now it is good if it ever was.
                window.Forget();
                step = cursor.Step();
                if (step == FrameStep.Frame)
                {
                    continue;
                }

                throw damage;
            }

            return new RecoveredFrames(
                end, cursor.Expected, cursor.Epoch, unproven.TryPeek(out var first) ? first : end, tail, tail == 0 ? "" : fault);
        }
    }

    /// <summary>Looks for a later frame that says of the bad one that it was on the disk.</summary>
    private static EventStoreDamagedException? FindDamage(IStorageFile file, string path, FileHeader header, FrameCursor cursor, long tail)
    {
        using var window = new FileWindow(file, Chunk);
        using var candidates = new FileWindow(file);
        var end = cursor.Offset + tail;

        // Chunks overlap by one place, since the magic may lie across the end of one.
        for (var start = cursor.Offset; start < end; start += Chunk - FrameHeader.Alignment)
        {
            var chunk = window.Get(start, Chunk);
            for (var place = 0; place < chunk.Length; place += FrameHeader.Alignment)
            {
                var found = chunk[place..].IndexOf(FrameHeader.Magic);
                if (found < 0)
                {
                    break;
                }

                // Frames are aligned; what isn't is no frame.
                place += found & -FrameHeader.Alignment;
                if (found % FrameHeader.Alignment == 0 && IsLaterFrame(candidates, header, cursor, start + place, out var later))
                {
                    return new EventStoreDamagedException(
                        path,
                        cursor.Offset,
                        new SequenceRange(cursor.Expected, later.First - 1),
                        $"{cursor.Fault}, and a later frame says that one was on the disk; restore the file from a copy");
                }
            }
        }

        return null;
    }

    private static bool IsLaterFrame(FileWindow window, FileHeader file, FrameCursor cursor, long offset, out FrameHeader later) =>
        FrameHeader.TryRead(window.Get(offset, FrameHeader.Size), out later)
        && later.First >= cursor.Expected
        && later.DurableTo > cursor.Offset
        && window.Get(offset, later.Length) is var frame
        && frame.Length == later.Length
        && FrameHeader.IsWhole(frame, file.Id, offset);

    private static long LengthWithoutZeros(FileWindow window, long length, long from)
    {
        var last = from;
        for (var offset = from; offset < length; offset += Chunk)
        {
            var found = window.Get(offset, Chunk).LastIndexOfAnyExcept((byte)0);
            if (found >= 0)
            {
                last = offset + found + 1;
            }
        }

        return last;
    }
}
