namespace EventWatcher.Files;

/// <summary>Who is told what a source saw. Called on the source's reader: it must be quick and never throw.</summary>
internal interface IFileEventTarget
{
    /// <summary>Gets a value indicating whether this one is told before others that events were lost.</summary>
    bool IsUrgent { get; }

    /// <summary>Something happened in, or to, a watched directory.</summary>
    /// <param name="watch">The watch, as <see cref="IFileEventSource.Add"/> returned it.</param>
    /// <param name="token">What was given to <see cref="IFileEventSource.Add"/>.</param>
    /// <param name="signals">What.</param>
    /// <param name="cookie">Joins the two halves of a move; 0 for none.</param>
    /// <param name="name">The entry's name in bytes; empty for the directory itself.</param>
    void OnSignal(int watch, int token, FileSignals signals, uint cookie, ReadOnlySpan<byte> name);

    /// <summary>Events were lost.</summary>
    void OnOverflow();

    /// <summary>Something was mounted or unmounted at these paths.</summary>
    void OnMountsChanged(IReadOnlyList<string> mountPoints);

    /// <summary>Everything that happened before <see cref="IFileEventSource.Barrier"/> was called has been told.</summary>
    void OnBarrier(TaskCompletionSource barrier);
}
