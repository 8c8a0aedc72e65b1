namespace EventWatcher.Idle;

/// <summary>Keeps a container awake from when it was taken until it is disposed.</summary>
/// <remarks>
/// Whoever uses the container holds one from the beginning to the end: a request, a connection, a stream. The idle time
/// counts from the release of the last one. A value, so that taking one allocates nothing: keep it in one variable and
/// dispose it once; disposing that variable again does nothing, a copy's disposal would count twice. The default value
/// holds nothing.
/// </remarks>
#pragma warning disable CA1815 // Nobody compares leases.
public struct IdleLease : IDisposable
#pragma warning restore CA1815
{
    private readonly IdleWatcher? _queue;
    private LeaseGate? _gate;

    internal IdleLease(LeaseGate gate, IdleWatcher? queue = null)
    {
        _gate = gate;
        _queue = queue;
    }

    /// <summary>Gets whether a lease is held: not in the default value, and not after disposal.</summary>
    public readonly bool IsHeld => _gate is not null;

    /// <summary>Gets whether the container has ended under the lease: what was connected to it is cut, and the lease keeps nothing awake.</summary>
    public readonly bool IsVoid => _gate is { IsVoid: true };

    /// <summary>Gives the lease back.</summary>
    public void Dispose()
    {
        if (_gate is null)
        {
            return;
        }

        if (Interlocked.Exchange(ref _gate, null) is { } gate)
        {
            gate.Exit();
            _queue?.OnQueuedLeaseReleased(gate);
        }
    }
}
