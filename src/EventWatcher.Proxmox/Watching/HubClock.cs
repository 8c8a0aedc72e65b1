namespace EventWatcher.Proxmox;

/// <summary>Lets the loops of a hub sleep, and knows whether any of them has something to do.</summary>
internal sealed class HubClock(TimeProvider timeProvider)
{
    private int _busy;

    /// <summary>Gets whether all that is left is to wait for the clock.</summary>
    public bool IsQuiet => Volatile.Read(ref _busy) == 0;

    public void Enter() => Interlocked.Increment(ref _busy);

    public void Leave() => Interlocked.Decrement(ref _busy);

    /// <summary>Sleeps. Whoever was woken is busy before the clock goes on.</summary>
    public async Task SleepAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var sleep = new Sleep(this);
        using (timeProvider.CreateTimer(static state => ((Sleep)state!).Wake(), sleep, time, Timeout.InfiniteTimeSpan))
        using (cancellationToken.UnsafeRegister(static state => ((Sleep)state!).Wake(), sleep))
        {
            Leave();
            await sleep.Task.ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class Sleep(HubClock clock) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private int _isOver;

        public void Wake()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                clock.Enter();
                TrySetResult();
            }
        }
    }
}
