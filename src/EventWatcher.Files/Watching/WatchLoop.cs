using Microsoft.Extensions.Logging;

namespace EventWatcher.Files;

/// <summary>
/// The loop behind one subscription. Phases: join the source; look at everything (<see cref="Begin"/>); ready; then work
/// on what is heard, decide what is due, sleep, until cancelled; leave the source (<see cref="End"/>).
/// </summary>
internal abstract class WatchLoop : IFileEventTarget
{
    private const int TooManyInstances = 24;

    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly Lock _gate = new();
    private readonly long _pollTicks;
    private long? _nextPoll;
    private bool _hasEnded;
    private bool _saidLimit;

    protected WatchLoop(LoopContext context)
    {
        Context = context;
        _pollTicks = (long)(context.Options.PollInterval.TotalSeconds * context.Time.TimestampFrequency);
        Times = SettleTimes.For(context.Options.SettleTime, context.Time);
    }

    public virtual bool IsUrgent => false;

    protected LoopContext Context { get; }

    protected WatchWriter Output => Context.Output;

    protected ILogger Logger => Context.Logger;

    protected SettleTimes Times { get; }

    protected Inbox Inbox { get; } = new();

    /// <summary>Gets the source; null where everything is polled.</summary>
    protected IFileEventSource? Source { get; private set; }

    protected CancellationToken Stopping { get; private set; }

    protected long Now => Context.Time.GetTimestamp();

    /// <summary>Gets a value indicating whether a file that is created or written to is told of again when it is closed.</summary>
    protected bool HearsCloses => Source is { TellsCloses: true };

    /// <summary>Gets a value indicating whether the disk is looked at by the clock.</summary>
    protected bool IsPolling => _nextPoll is not null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Stopping = cancellationToken;
        var lease = FileEventSources.Join(Context.Options.UsesFrameworkWatcher);
        Source = Context.Options.Polling == FilePolling.Always ? null : lease.Source;
        using var timer = new LoopTimer(Context.Time, (lease.Source as InotifySource)?.Alarms, Inbox.Wake);
        var registration = cancellationToken.UnsafeRegister(static inbox => ((Inbox)inbox!).Wake(), Inbox);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                if (lease.Error != 0)
                {
                    SayLimit(lease.Error, needed: 1);
                }

                if (Source is null)
                {
                    Poll(everything: true);
                }

                Begin();
                Output.SetReady();
                await WorkAsync(timer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                EndWaiting();
                End();
                await lease.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Completes when everything that happened before has been reported.</summary>
    public Task FlushAsync()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_hasEnded)
            {
                return Task.CompletedTask;
            }

            _waiting.Add(waiting);
        }

        if (Source?.Barrier(this, waiting) != true)
        {
            // No word from the kernel: the disk itself is asked.
            Inbox.Put(new InboxItem(InboxKind.Overflow, Subject: null, 0, 0, FileSignals.None, 0, Name: null));
            OnBarrier(waiting);
        }

        return waiting.Task;
    }

    public abstract void OnSignal(int watch, int token, FileSignals signals, uint cookie, ReadOnlySpan<byte> name);

    public void OnOverflow() => Inbox.Put(new InboxItem(InboxKind.Overflow, this, 0, 0, FileSignals.Overflow, 0, Name: null));

    public void OnMountsChanged(IReadOnlyList<string> mountPoints) =>
        Inbox.Put(new InboxItem(InboxKind.Mounts, mountPoints, 0, 0, FileSignals.None, 0, Name: null));

    public void OnBarrier(TaskCompletionSource barrier) =>
        Inbox.Put(new InboxItem(InboxKind.Barrier, barrier, 0, 0, FileSignals.None, 0, Name: null));

    /// <summary>Looks at everything for the first time.</summary>
    protected abstract void Begin();

    /// <summary>Works on something that was heard.</summary>
    protected abstract void Work(in InboxItem item);

    /// <summary>Compares everything with what is known: events were lost.</summary>
    protected abstract void Compare();

    /// <summary>Looks at what is polled.</summary>
    protected abstract void LookAtPolled();

    /// <summary>Decides the names that are due.</summary>
    /// <param name="all">Whether all are due now, but those that somebody still writes to.</param>
    /// <returns>When the next is; null for never.</returns>
    protected abstract long? Decide(bool all);

    /// <summary>Gives up everything.</summary>
    protected abstract void End();

    /// <summary>Called when nothing is left to do.</summary>
    protected virtual void Idle()
    {
    }

    /// <summary>From now on the disk is looked at by the clock.</summary>
    protected void Poll(bool everything, string? path = null)
    {
        if (_nextPoll is null && Context.Options.Polling != FilePolling.Never)
        {
            _nextPoll = Now + _pollTicks;
            Log.Polled(Logger, Context.Name, everything ? "everything" : path ?? "a part", Context.Options.PollInterval);
        }
    }

    /// <summary>Tells, once, that a directory could not be watched.</summary>
    protected void SayLimit(int error, long needed)
    {
        if (_saidLimit)
        {
            return;
        }

        _saidLimit = true;
        var limit = error == TooManyInstances ? "max_user_instances" : "max_user_watches";
        var exception = new WatchLimitException(Context.Name, limit, KernelLimits.Read(limit), needed);
        Log.Limited(Logger, Context.Name, exception.Message);
        Output.ReportError(exception);
    }

    protected void Emit(EventAction action, string name, string path, in FileStamp stamp, string? oldName = null) =>
        Output.Emit(FileEvents.Create(action, name, path, stamp, oldName));

    private async Task WorkAsync(LoopTimer timer, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var items = Inbox.TakeAll();
            var lastOverflow = items.FindLastIndex(static item => item.Kind == InboxKind.Overflow);
            for (var i = 0; i < items.Count && !cancellationToken.IsCancellationRequested; i++)
            {
                WorkOn(items[i], i == lastOverflow);
            }

            if (_nextPoll <= Now)
            {
                LookAtPolled();
                _nextPoll = Now + _pollTicks;
            }

            var due = Decide(all: false);
            var next = _nextPoll < (due ?? long.MaxValue) ? _nextPoll : due;
            if (next is { } time)
            {
                timer.Set(time);
            }

            if (items.Count == 0 && due is null)
            {
                Idle();
            }

            await Inbox.WaitAsync().ConfigureAwait(false);
        }
    }

    private void WorkOn(in InboxItem item, bool isLastOverflow)
    {
        try
        {
            switch (item.Kind)
            {
                case InboxKind.Overflow when isLastOverflow:
                    if (item.Signals != FileSignals.None)
                    {
                        Log.Overflowed(Logger, Context.Name);
                        Output.ReportError(new FileSignalsLostException(Context.Name, KernelLimits.Read("max_queued_events")));
                    }

                    Compare();
                    break;
                case InboxKind.Overflow:
                    break;
                case InboxKind.Barrier:
                    PassBarrier((TaskCompletionSource)item.Subject!);
                    break;
                default:
                    Work(item);
                    break;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The watcher lives on; what this sign said is found out by comparing.
            Log.WorkFailed(Logger, Context.Name, exception);
            Output.ReportError(exception);
            Output.Emit(Event.ForceReload(EventType.File, Context.Name, "a sign could not be worked on"));
        }
    }

    private void PassBarrier(TaskCompletionSource waiting)
    {
        if (_nextPoll is not null)
        {
            LookAtPolled();
        }

        Decide(all: true);
        lock (_gate)
        {
            _waiting.Remove(waiting);
        }

        waiting.TrySetResult();
    }

    private void EndWaiting()
    {
        lock (_gate)
        {
            _hasEnded = true;
            foreach (var waiting in _waiting)
            {
                waiting.TrySetResult();
            }

            _waiting.Clear();
        }
    }
}
