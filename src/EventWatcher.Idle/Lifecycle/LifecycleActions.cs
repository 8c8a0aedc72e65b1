namespace EventWatcher.Idle;

/// <summary>What is to be done after a step, in the order in which it is done.</summary>
[Flags]
internal enum LifecycleActions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Tell the wake under way to give up.</summary>
    CancelWake = 1 << 0,

    /// <summary>Forget the probe under way.</summary>
    CancelProbe = 1 << 1,

    /// <summary>Give out no more leases.</summary>
    CloseGate = 1 << 2,

    /// <summary>Leases given out until now keep nothing awake any more: the container under them is gone.</summary>
    VoidLeases = 1 << 3,

    /// <summary>Let go of what it depends on.</summary>
    ReleaseDependencies = 1 << 4,

    /// <summary>Tell everybody who waits why it is in vain.</summary>
    FailWaiters = 1 << 5,

    /// <summary>Tell everybody who waits that nobody watches any more.</summary>
    DismissWaiters = 1 << 6,

    /// <summary>Tell those who waited for its end.</summary>
    ReleaseCompleted = 1 << 7,

    /// <summary>Tell those who waited for its start.</summary>
    ReleaseStarted = 1 << 8,

    /// <summary>The idle time starts anew.</summary>
    Grace = 1 << 9,

    /// <summary>Give out leases, first to those who wait.</summary>
    OpenGate = 1 << 10,

    /// <summary>Give leases to those who wait.</summary>
    ReleaseWaiters = 1 << 11,

    /// <summary>The stop is tried again, later each time.</summary>
    StopLater = 1 << 12,

    /// <summary>Look again once our own work on it is done.</summary>
    Doubt = 1 << 13,

    /// <summary>Ask the provider for its state.</summary>
    Look = 1 << 14,

    /// <summary>Wait for the effect of a kill.</summary>
    Hold = 1 << 15,

    /// <summary>Start it, after what it depends on.</summary>
    Wake = 1 << 16,

    /// <summary>Probe it until it serves.</summary>
    Probe = 1 << 17,

    /// <summary>Look whether somebody holds a lease, now that no more are given out.</summary>
    ConfirmIdle = 1 << 18,

    /// <summary>Stop it.</summary>
    Stop = 1 << 19,
}
