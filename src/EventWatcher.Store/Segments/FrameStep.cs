namespace EventWatcher.Store;

/// <summary>What a <see cref="FrameCursor"/> found where it stands.</summary>
internal enum FrameStep
{
    /// <summary>A frame.</summary>
    Frame,

    /// <summary>Nothing: the end of the file, or zeros.</summary>
    End,

    /// <summary>Something that is no frame, or not the one that must follow.</summary>
    Bad,
}
