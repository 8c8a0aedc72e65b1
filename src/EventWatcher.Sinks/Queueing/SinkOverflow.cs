namespace EventWatcher.Sinks;

/// <summary>What a <see cref="QueueSink{T}"/> does with an item for which there is no room.</summary>
public enum SinkOverflow
{
    /// <summary>The writer waits for room.</summary>
    Wait = 0,

    /// <summary>The oldest item that waits gives way.</summary>
    DropOldest,

    /// <summary>The new item is dropped.</summary>
    DropNewest,

    /// <summary>The writer gets a <see cref="QueueFullException"/>.</summary>
    Reject,

    /// <summary>The queue closes, delivering what it has; the writer gets a <see cref="SinkClosedException"/>.</summary>
    CloseOnOverflow,

    /// <summary>New items are dropped, and one marker stands in the stream in their place; see <see cref="QueueSinkOptions{T}.OverflowMarker"/>.</summary>
    Mark,
}
