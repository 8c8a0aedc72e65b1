using static EventWatcher.Idle.LifecycleActions;
using static EventWatcher.Idle.LifecycleInput;
using static EventWatcher.Idle.LifecycleState;

namespace EventWatcher.Idle;

/// <summary>The state machine: for each state and each input, the state that follows and what is to be done.</summary>
/// <remarks>
/// <para>
/// Events are hints, since they come late and in any order: where one speaks against what is believed, the provider is
/// asked, and its answer is the truth. While our own start or stop is under way its result is the truth; a hint that
/// came meanwhile makes us look afterwards.
/// </para>
/// <para>
/// One start or stop is under way in <c>Waking</c>, <c>GivingUp</c> and (once idleness is confirmed) <c>Stopping</c>,
/// and in no other state; only that work's own end leaves these states, disposal apart. Leases are given out in
/// <c>Ready</c> alone.
/// </para>
/// </remarks>
internal static class LifecycleTable
{
    private const LifecycleActions Gone = VoidLeases | ReleaseDependencies;

    private static readonly int InputCount = Enum.GetValues<LifecycleInput>().Length;
    private static readonly LifecycleStep?[] Steps = Build();

    /// <summary>Returns the step for an input.</summary>
    public static LifecycleStep Next(LifecycleState state, LifecycleInput input) =>
        Find(state, input) ?? throw new InvalidOperationException($"The table has no row for {input} in {state}.");

    /// <summary>Returns the step for an input; null where the table has none, which is an error in the table.</summary>
    public static LifecycleStep? Find(LifecycleState state, LifecycleInput input) => Steps[((int)state * InputCount) + (int)input];

    private static LifecycleStep?[] Build()
    {
        var table = new LifecycleStep?[Enum.GetValues<LifecycleState>().Length * InputCount];

        In(Unknown)
            .On(Demand, Waking, Wake)
            .On(LookedRunning, Starting, ReleaseStarted | Probe)
            .On([LookedStopped, LookedPaused], Napping)
            .On([LookedMissing, LookedDead], Error)
            .On([SawCreate, SawStart, SawNewRun, SawEnd, SawLateEnd, SawKill, SawDestroy], Unknown, Look)
            .On(Dispose, Disposed, DismissWaiters)
            .Ignore(Started, WakeFailed, WakeTimedOut, ProbePassed, IdleElapsed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy, Healthy);

        In(Napping)
            .On(Demand, Waking, Wake)
            .On([SawStart, SawNewRun, SawEnd, SawLateEnd, SawDestroy], Napping, Look)
            .On(LookedRunning, Starting, ReleaseStarted | Probe)
            .On([LookedMissing, LookedDead], Error, VoidLeases)
            .On(LookedStopped, Napping, VoidLeases)
            .On(Dispose, Disposed, DismissWaiters)
            .Ignore(LookedPaused, SawCreate, SawKill,
                Started, WakeFailed, WakeTimedOut, ProbePassed, IdleElapsed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy, Healthy);

        // What failed may have happened all the same, its answer lost.
        In(Waking)
            .On(Started, Starting, ReleaseStarted | Probe)
            .On(WakeFailed, Failed, FailWaiters | Gone | Look)
            .On(WakeTimedOut, GivingUp, CancelWake | FailWaiters)
            .On([SawEnd, SawLateEnd, SawDestroy], Waking, Doubt)
            .On(Dispose, Disposed, CancelWake | DismissWaiters | Gone)
            .Ignore(Demand, SawCreate, SawStart, SawNewRun, SawKill, LookedRunning, LookedStopped, LookedPaused, LookedMissing, LookedDead,
                ProbePassed, IdleElapsed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy, Healthy);

        In(GivingUp)
            .On(Started, Starting, ReleaseStarted | Probe)
            .On(WakeFailed, Failed, Gone | Look)
            .On([SawEnd, SawLateEnd, SawDestroy], GivingUp, Doubt)
            .On(Dispose, Disposed, CancelWake | DismissWaiters | Gone)
            .Ignore(Demand, WakeTimedOut, SawCreate, SawStart, SawNewRun, SawKill, LookedRunning, LookedStopped, LookedPaused, LookedMissing, LookedDead,
                ProbePassed, IdleElapsed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy, Healthy);

        In(Starting)
            .On(ProbePassed, Ready, Grace | OpenGate)
            .On(WakeTimedOut, Failed, CancelProbe | FailWaiters | Grace)
            .On([SawEnd, SawLateEnd], Starting, Look)
            .On(SawDestroy, Starting, VoidLeases | Look)
            .On(EndedEarly, Waking, CancelProbe | VoidLeases | Wake)
            .On(EndedAgain, Failed, CancelProbe | FailWaiters | Gone)
            .On(Completed, Napping, CancelProbe | ReleaseCompleted | Gone)
            .On(LookedStopped, Napping, CancelProbe | Gone)
            .On(LookedPaused, Napping, CancelProbe | ReleaseDependencies)
            .On([LookedMissing, LookedDead], Error, CancelProbe | FailWaiters | Gone)
            .On(Dispose, Disposed, CancelProbe | DismissWaiters | Gone)
            .Ignore(Demand, SawCreate, SawStart, SawNewRun, SawKill, LookedRunning,
                Started, WakeFailed, IdleElapsed, IdleConfirmed, IdleRefuted, StopDone, StopFailed, HoldElapsed, Unhealthy, Healthy);

        In(Ready)
            .On(Demand, Ready, ReleaseWaiters)
            .On(IdleElapsed, Stopping, CloseGate | ConfirmIdle)
            .On(SawKill, Ending, CloseGate | Hold)
            .On(SawEnd, Checking, CloseGate | Look)
            .On(SawLateEnd, Ready, Look)
            .On(SawDestroy, Checking, CloseGate | VoidLeases | Look)
            .On(LookedStopped, Napping, CloseGate | Gone)
            .On(LookedPaused, Napping, CloseGate | ReleaseDependencies)
            .On([LookedMissing, LookedDead], Error, CloseGate | Gone)
            .On(Unhealthy, Error, CloseGate)
            .On(Dispose, Disposed, CloseGate | DismissWaiters | Gone)
            .Ignore(SawCreate, SawStart, SawNewRun, LookedRunning, Healthy,
                Started, WakeFailed, WakeTimedOut, ProbePassed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed);

        In(Ending)
            .On(HoldElapsed, Ready, OpenGate)
            .On([SawEnd, SawLateEnd], Checking, Look)
            .On(SawDestroy, Checking, VoidLeases | Look)
            .On(LookedStopped, Napping, Gone)
            .On(LookedPaused, Napping, ReleaseDependencies)
            .On([LookedMissing, LookedDead], Error, Gone)
            .On(Dispose, Disposed, DismissWaiters | Gone)
            .Ignore(Demand, SawCreate, SawStart, SawNewRun, SawKill, LookedRunning, IdleElapsed, Unhealthy, Healthy,
                Started, WakeFailed, WakeTimedOut, ProbePassed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                EndedEarly, EndedAgain, Completed);

        // Runs again, or still: whether it serves is for the probe to say.
        In(Checking)
            .On(LookedRunning, Starting, ReleaseStarted | Probe)
            .On(LookedStopped, Napping, Gone)
            .On(LookedPaused, Napping, ReleaseDependencies)
            .On([LookedMissing, LookedDead], Error, Gone)
            .On([SawStart, SawEnd, SawLateEnd], Checking, Look)
            .On([SawNewRun, SawDestroy], Checking, VoidLeases | Look)
            .On(Dispose, Disposed, DismissWaiters | Gone)
            .Ignore(Demand, SawCreate, SawKill, HoldElapsed, IdleElapsed, Unhealthy, Healthy,
                Started, WakeFailed, WakeTimedOut, ProbePassed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                EndedEarly, EndedAgain, Completed);

        In(Stopping)
            .On(IdleConfirmed, Stopping, Stop)
            .On(IdleRefuted, Ready, OpenGate)
            .On(StopDone, Napping, Gone)
            .On(StopFailed, Checking, StopLater | Look)
            .On([SawStart, SawNewRun, SawDestroy], Stopping, Doubt)
            .On(Dispose, Disposed, DismissWaiters | Gone)
            .Ignore(Demand, SawCreate, SawKill, SawEnd, SawLateEnd, LookedRunning, LookedStopped, LookedPaused, LookedMissing, LookedDead,
                Started, WakeFailed, WakeTimedOut, ProbePassed, IdleElapsed, HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy, Healthy);

        In(Error)
            .On(Demand, Waking, Wake)
            .On(SawCreate, Napping, Look)
            .On([SawStart, SawNewRun, SawEnd, SawLateEnd, SawDestroy, Healthy], Error, Look)
            .On(LookedRunning, Starting, ReleaseStarted | Probe)
            .On(LookedStopped, Napping, Gone)
            .On(LookedPaused, Napping, ReleaseDependencies)
            .On([LookedMissing, LookedDead], Error, Gone)
            .On(IdleElapsed, Stopping, Stop)
            .On(Dispose, Disposed, DismissWaiters | Gone)
            .Ignore(SawKill, Started, WakeFailed, WakeTimedOut, ProbePassed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy);

        // That it failed stays to be seen until it is tried again, or somebody else starts it.
        In(Failed)
            .On(Demand, Waking, Wake)
            .On(SawCreate, Napping, Look)
            .On([SawStart, SawNewRun, SawEnd, SawLateEnd, SawDestroy, Healthy], Failed, Look)
            .On(LookedRunning, Starting, ReleaseStarted | Probe)
            .On(LookedStopped, Failed, Gone)
            .On(LookedPaused, Failed, ReleaseDependencies)
            .On([LookedMissing, LookedDead], Error, Gone)
            .On(IdleElapsed, Stopping, Stop)
            .On(Dispose, Disposed, DismissWaiters | Gone)
            .Ignore(SawKill, Started, WakeFailed, WakeTimedOut, ProbePassed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                HoldElapsed, EndedEarly, EndedAgain, Completed, Unhealthy);

        In(Disposed)
            .On(Demand, Disposed, DismissWaiters)
            .On([Started, WakeFailed], Disposed, ReleaseDependencies)
            .Ignore(WakeTimedOut, ProbePassed, IdleElapsed, IdleConfirmed, IdleRefuted, StopDone, StopFailed,
                SawCreate, SawStart, SawNewRun, SawKill, SawEnd, SawLateEnd, SawDestroy, HoldElapsed,
                LookedRunning, LookedStopped, LookedPaused, LookedMissing, LookedDead,
                EndedEarly, EndedAgain, Completed, Unhealthy, Healthy, Dispose);

        return table;

        LifecycleRows In(LifecycleState state) => new(state, table.AsMemory((int)state * InputCount, InputCount));
    }
}
