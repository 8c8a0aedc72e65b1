using System.Runtime.InteropServices;

namespace EventWatcher.Idle;

// One thing at a time: what is posted is handled in order, on the thread of whoever posted first.
public sealed partial class IdleWatcher
{
    private static readonly TimeSpan KillHold = TimeSpan.FromSeconds(1);

    private readonly Lock _inboxGate = new();
    private Queue<Letter>? _inbox;
    private bool _isHandling;

    private volatile LifecycleState _state;
    private volatile string _detail = "";
    private long _since;
    private long _scheduledFor = IdleClock.Never;
    private long _holdUntil = IdleClock.Never;
    private int _heldAtClosing;
    private IdleRefusal? _failure;

    /// <inheritdoc/>
    int ITimed.PlaceInTimer { get; set; }

    /// <inheritdoc/>
    void ITimed.OnTime() => Post(static (watcher, _) => watcher.OnTick(), state: null);

    internal void Post(Action<IdleWatcher, object?> handle, object? state)
    {
        lock (_inboxGate)
        {
            (_inbox ??= new Queue<Letter>(4)).Enqueue(new Letter(handle, state));
            if (_isHandling)
            {
                return;
            }

            _isHandling = true;
        }

        HandleAll();
    }

    /// <summary>Takes a step of the table, and does what it says.</summary>
    private void Apply(LifecycleInput input)
    {
        var before = _state;
        var step = LifecycleTable.Next(before, input);
        if (step.Next != before)
        {
            Volatile.Write(ref _since, _clock.Now);
            Log.Stepped(_services.Logger, Name, input, before, step.Next);
        }

        _state = step.Next;
        if (step.Actions != LifecycleActions.None)
        {
            Do(step.Actions, before);
        }

        OnStepped(before, step.Next);
    }

    private void Do(LifecycleActions actions, LifecycleState before)
    {
        if (Has(LifecycleActions.CancelWake))
        {
            _wakeCancellation?.Cancel();
        }

        if (Has(LifecycleActions.CancelProbe))
        {
            CancelProbe();
        }

        if (Has(LifecycleActions.CloseGate))
        {
            _heldAtClosing = _gate.Close();
        }

        if (Has(LifecycleActions.VoidLeases))
        {
            VoidLeases();
        }

        if (Has(LifecycleActions.ReleaseDependencies))
        {
            ReleaseDependencies();
        }

        if (Has(LifecycleActions.FailWaiters))
        {
            FailWaiters();
        }

        if (Has(LifecycleActions.DismissWaiters))
        {
            DismissWaiters();
        }

        if (Has(LifecycleActions.ReleaseCompleted))
        {
            ReleaseCompleted();
        }

        if (Has(LifecycleActions.ReleaseStarted))
        {
            ReleaseDependencyWaiters(DependencyCondition.Started);
        }

        if (Has(LifecycleActions.Grace))
        {
            Volatile.Write(ref _graceFrom, _clock.Now);
        }

        if (Has(LifecycleActions.OpenGate))
        {
            OpenGate(isNewLife: before == LifecycleState.Starting);
        }

        if (Has(LifecycleActions.ReleaseWaiters))
        {
            ReleaseWaiters();
        }

        if (Has(LifecycleActions.StopLater))
        {
            StopLater();
        }

        if (Has(LifecycleActions.Doubt))
        {
            _isInDoubt = true;
        }

        if (Has(LifecycleActions.Look))
        {
            Look();
        }

        if (Has(LifecycleActions.Hold))
        {
            _holdUntil = _clock.After(KillHold);
        }

        if (Has(LifecycleActions.Wake))
        {
            BeginWake(isOnceMore: before == LifecycleState.Starting);
        }

        if (Has(LifecycleActions.Probe))
        {
            BeginProbe(before);
        }

        if (Has(LifecycleActions.ConfirmIdle))
        {
            ConfirmIdle();
        }

        if (Has(LifecycleActions.Stop))
        {
            BeginStop();
        }

        bool Has(LifecycleActions action) => (actions & action) != LifecycleActions.None;
    }

    private void HandleAll()
    {
        while (true)
        {
            Letter letter;
            lock (_inboxGate)
            {
                if (!_inbox!.TryDequeue(out letter))
                {
                    _isHandling = false;
                    return;
                }
            }

            Guarded(letter.Handle, letter.State);
            Guarded(static (watcher, _) => watcher.Settle(), state: null);
        }
    }

    // Whatever a user's callback or a cancelled token's listener throws: the next letter is handled.
    private void Guarded(Action<IdleWatcher, object?> handle, object? state)
    {
        try
        {
            handle(this, state);
        }
        catch (Exception exception)
        {
            Log.StepFailed(_services.Logger, Name, exception);
        }
    }

    /// <summary>After everything that happened: wake where somebody waits and nothing is under way, and ask to be told of the next moment.</summary>
    private void Settle()
    {
        if (_state is LifecycleState.Unknown or LifecycleState.Napping or LifecycleState.Error or LifecycleState.Failed
            && HasDemand
            && _clock.Now >= _retryAt)
        {
            Apply(LifecycleInput.Demand);
        }

        var next = NextMoment();
        if (next < _scheduledFor && _state is not LifecycleState.Disposed)
        {
            _scheduledFor = next;
            _services.Timer.Schedule(this, next);
        }
    }

    private long NextMoment() => Math.Min(_room.FirstDeadline, _state switch
    {
        LifecycleState.Waking or LifecycleState.Starting => _wakeDeadline,
        LifecycleState.Ending => _holdUntil,
        LifecycleState.Ready => Math.Min(IdleDue(), _monitorDue),
        LifecycleState.Unknown or LifecycleState.Napping or LifecycleState.Error or LifecycleState.Failed when HasDemand => _retryAt,
        LifecycleState.Error or LifecycleState.Failed when _mayRun => IdleDue(),
        _ => IdleClock.Never,
    });

    private void OnTick()
    {
        var now = _clock.Now;
        if (now >= _scheduledFor)
        {
            _scheduledFor = IdleClock.Never;
        }

        DismissOverdue(now);
        switch (_state)
        {
            case LifecycleState.Waking or LifecycleState.Starting when now >= _wakeDeadline:
                _failure = Refuse(IdleRefusalReason.NotReadyInTime, NotReadyMessage());
                Apply(LifecycleInput.WakeTimedOut);
                break;
            case LifecycleState.Ending when now >= _holdUntil:
                Apply(LifecycleInput.HoldElapsed);
                break;
            case LifecycleState.Ready:
                CheckIdle(now);
                CheckMonitor(now);
                break;
            case LifecycleState.Error or LifecycleState.Failed when _mayRun && !HasDemand:
                CheckIdle(now);
                break;
            default:
                // Somebody else's moment, or one that has been overtaken.
                break;
        }
    }

    private void OnStepped(LifecycleState before, LifecycleState now)
    {
        if (before == now)
        {
            return;
        }

        if (now is LifecycleState.Napping)
        {
            _detail = "";
            _mayRun = false;
            _addresses = null;
            _sleptSince = _clock.Now;
        }

        if (before is LifecycleState.Stopping)
        {
            AnswerSleepers(now is LifecycleState.Napping);
        }

        if (now is LifecycleState.Disposed)
        {
            _wakeEvents?.End();
            _services.Timer.Forget(this);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Letter(Action<IdleWatcher, object?> Handle, object? State);
}
