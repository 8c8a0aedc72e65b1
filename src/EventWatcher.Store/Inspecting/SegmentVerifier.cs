namespace EventWatcher.Store;

/// <summary>Reads a file of the log from its head to its end and checks every frame.</summary>
internal static class SegmentVerifier
{
    /// <summary>Checks a file that is not written any more, or a part of the one that is.</summary>
    /// <param name="storage">Where it is.</param>
    /// <param name="segment">The file.</param>
    /// <param name="last">The number of its last event.</param>
    /// <param name="isComplete">Whether nothing may follow that one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Where its frames end.</returns>
    /// <exception cref="EventStoreDamagedException">A frame is bad or missing.</exception>
    public static long Verify(IStorage storage, Segment segment, long last, bool isComplete, CancellationToken cancellationToken)
    {
        var path = Path.Combine(storage.Name, segment.FileName);
        using var file = storage.Open(segment.FileName, isWritable: false);
        _ = FileHeader.Read(file, path, FileKind.Events, new SequenceRange(segment.First, last));
        using var window = new FileWindow(file);
        var cursor = new FrameCursor(window, segment.Header, FileHeader.Size, segment.First);
        var step = FrameStep.Frame;
        while (step == FrameStep.Frame && (isComplete || cursor.Expected <= last))
        {
            cancellationToken.ThrowIfCancellationRequested();
            step = cursor.Step();
        }

        if (cursor.Expected <= last || step == FrameStep.Bad || cursor.Expected > last + 1)
        {
            throw new EventStoreDamagedException(
                path, cursor.Offset, new SequenceRange(cursor.Expected, last), cursor.Fault + "; restore the file from a copy");
        }

        for (var offset = cursor.Offset; isComplete && window.Get(offset, FileWindow.UsualSize) is { Length: > 0 } rest; offset += rest.Length)
        {
            if (rest.IndexOfAnyExcept((byte)0) is var bad and >= 0)
            {
                throw new EventStoreDamagedException(
                    path, offset + bad, new SequenceRange(last + 1, last), "bytes lie behind the last frame; all events are there");
            }
        }

        return isComplete ? cursor.Offset : cursor.Offset + cursor.Header.Length;
    }
}
