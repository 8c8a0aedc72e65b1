namespace EventWatcher.Store;

/// <summary>Walks from frame to frame of a file. For one reader at a time.</summary>
/// <param name="window">The file.</param>
/// <param name="file">Its head.</param>
/// <param name="offset">Where the first frame is.</param>
/// <param name="expected">Which number it must begin with.</param>
internal sealed class FrameCursor(FileWindow window, FileHeader file, long offset, long expected)
{
    /// <summary>Gets where the current frame is; or, where there is none, where it should be.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Gets the current frame's head.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Gets which number the next frame must begin with.</summary>
    public long Expected { get; private set; } = expected;

    /// <summary>Gets the epoch of the latest frame that was checked.</summary>
    public uint Epoch { get; private set; }

    /// <summary>Gets what is wrong where the step found no frame.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Gets the current frame's bytes; good until the next step.</summary>
    public ReadOnlySpan<byte> Frame => window.Get(Offset, Header.Length);

    /// <summary>Steps to the next frame and checks it whole.</summary>
    public FrameStep Step() => StepByHead() is var step and not FrameStep.Frame ? step : Check();

    /// <summary>Steps to the next frame by its head alone, for walking over it.</summary>
    public FrameStep StepByHead()
    {
        Offset += Header.Length;
        Header = default;
        var head = window.Get(Offset, FrameHeader.Size);
        if (head.IndexOfAnyExcept((byte)0) < 0)
        {
            Fault = "nothing is there";
            return FrameStep.End;
        }

        if (!FrameHeader.TryRead(head, out var header))
        {
            return Bad("no frame begins there");
        }

        if (header.First != Expected || header.Epoch < Epoch || header.DurableTo > Offset)
        {
            return Bad($"a frame that begins with event {header.First} can't be there");
        }

        Header = header;
        Expected = header.Next;
        return FrameStep.Frame;
    }

    /// <summary>Checks the current frame. Where it is bad, the cursor stands before it as if it had not been stepped to.</summary>
    public FrameStep Check()
    {
        var frame = Frame;
        if (frame.Length == Header.Length && FrameHeader.IsWhole(frame, file.Id, Offset))
        {
            Epoch = Header.Epoch;
            return FrameStep.Frame;
        }

        Expected = Header.First;
        var fault = frame.Length < Header.Length ? "the frame is cut off" : "the frame's checksum doesn't match";
        Header = default;
        return Bad(fault);
    }

    private FrameStep Bad(string fault)
    {
        Fault = fault;
        return FrameStep.Bad;
    }
}
