namespace EventWatcher.Store;

/// <summary>Why appends failed; each of them gets an exception of its own.</summary>
/// <param name="Message">What happened and what to do.</param>
/// <param name="IsOutcomeUnknown">Whether the events may be there all the same.</param>
/// <param name="Cause">The exception behind it.</param>
internal sealed record AppendFailure(string Message, bool IsOutcomeUnknown, Exception Cause)
{
    public EventStoreException ToException() => new(Message, IsOutcomeUnknown, Cause);
}
