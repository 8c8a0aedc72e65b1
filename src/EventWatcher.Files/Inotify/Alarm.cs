namespace EventWatcher.Files;

/// <summary>A timer of one loop; set for one time at most. See <see cref="AlarmClock"/>.</summary>
/// <param name="ring">What it does, on the reader's thread: it must be quick and not throw.</param>
internal sealed class Alarm(Action ring)
{
    private static long _lastNumber;

    private readonly long _number = Interlocked.Increment(ref _lastNumber);

    /// <summary>Gets the order in which alarms ring; no two are the same.</summary>
    public static IComparer<Alarm> ByTime { get; } = Comparer<Alarm>.Create(static (one, other) =>
        one.Due != other.Due ? one.Due.CompareTo(other.Due) : one._number.CompareTo(other._number));

    /// <summary>Gets or sets when it rings; changed only by the clock, while it is not in its order.</summary>
    public long Due { get; set; }

    public void Ring() => ring();
}
