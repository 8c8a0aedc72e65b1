namespace EventWatcher.Files;

/// <summary>Watches directories one by one and tells what happens in them. Thread-safe.</summary>
internal interface IFileEventSource
{
    /// <summary>Gets a value indicating whether the close of a file that was written to is told.</summary>
    bool TellsCloses { get; }

    /// <summary>Watches a directory, or adds to what is asked of it.</summary>
    /// <param name="path">The directory (or file).</param>
    /// <param name="signals">What is asked; never less than others ask of the same directory.</param>
    /// <param name="target">Who is told; more than asked may be told.</param>
    /// <param name="token">What the target knows the directory by.</param>
    /// <returns>The watch, above zero; or the negative error number where it can't be watched.</returns>
    int Add(string path, FileSignals signals, IFileEventTarget target, int token);

    /// <summary>Takes a target and token from a watch, which ends with the last.</summary>
    void Remove(int watch, IFileEventTarget target, int token);

    /// <summary>Takes all that is left of a target from all watches.</summary>
    void Leave(IFileEventTarget target);

    /// <summary>Tells the target once all that has happened up to now has been told.</summary>
    /// <returns>False where it can't be known: the target then looks for itself.</returns>
    bool Barrier(IFileEventTarget target, TaskCompletionSource barrier);
}
