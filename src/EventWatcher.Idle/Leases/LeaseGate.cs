namespace EventWatcher.Idle;

/// <summary>Counts the leases of one life of a container, and says whether more may be taken: one number, without a lock.</summary>
internal sealed class LeaseGate(IdleClock clock)
{
    private const long Closed = 1L << 62;

    private long _value = Closed;
    private long _lastRelease = clock.Coarse;
    private int _passingThrough;
    private volatile bool _isVoid;

    public bool IsOpen => (Volatile.Read(ref _value) & Closed) == 0;

    /// <summary>Gets how many leases are held. While the gate is closed, somebody who is just being turned away may be counted for a moment.</summary>
    public int Count => (int)(Volatile.Read(ref _value) & ~Closed);

    /// <summary>Gets how many of those who had to wait hold their lease now, where only so many may at once.</summary>
    public int PassingThrough => Volatile.Read(ref _passingThrough);

    /// <summary>Gets when a lease was given back last; some milliseconds late, never early.</summary>
    public long LastRelease => clock.FromCoarse(Volatile.Read(ref _lastRelease));

    /// <summary>Gets or sets whether the container under these leases is gone.</summary>
    public bool IsVoid
    {
        get => _isVoid;
        set => _isVoid = value;
    }

    public bool TryEnter()
    {
        if (!IsOpen)
        {
            return false;
        }

        if ((Interlocked.Increment(ref _value) & Closed) == 0)
        {
            return true;
        }

        Interlocked.Decrement(ref _value);
        return false;
    }

    public void Exit()
    {
        // Before the count falls: whoever finds nobody here must find how lately that is so.
        Volatile.Write(ref _lastRelease, clock.Coarse);
        Interlocked.Decrement(ref _value);
    }

    public void PassThrough() => Interlocked.Increment(ref _passingThrough);

    public void HavePassed() => Interlocked.Decrement(ref _passingThrough);

    public void Open() => Interlocked.And(ref _value, ~Closed);

    /// <summary>Lets nobody in any more.</summary>
    /// <returns>How many are inside; exact, since nobody comes after.</returns>
    public int Close() => (int)(Interlocked.Or(ref _value, Closed) & ~Closed);
}
