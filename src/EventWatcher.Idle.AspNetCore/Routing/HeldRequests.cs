namespace EventWatcher.Idle.AspNetCore;

/// <summary>What waits for one container: the bytes of held bodies, and the wake that browsers' pages wait for. Thread-safe.</summary>
internal sealed class HeldRequests
{
    private long _bytes;
    private Task? _wake;

    public long Bytes => Volatile.Read(ref _bytes);

    public bool TryReserve(long bytes, long limit)
    {
        if (bytes == 0)
        {
            return true;
        }

        if (Interlocked.Add(ref _bytes, bytes) <= limit)
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _bytes, -bytes);

    /// <summary>Wakes the container without waiting. However many ask, one place among those who wait is taken.</summary>
    public void Wake(IdleWatcher watcher)
    {
        var current = Volatile.Read(ref _wake);
        if (current is { IsCompleted: false })
        {
            return;
        }

        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _wake, mine.Task, current) == current)
        {
            _ = WakeAsync(watcher, mine);
        }
    }

    private static async Task WakeAsync(IdleWatcher watcher, TaskCompletionSource done)
    {
        try
        {
            // A refusal is told by the wake events, which the page reads.
            var admission = await watcher.AdmitAsync().ConfigureAwait(false);
            if (admission.IsAdmitted)
            {
                admission.Lease.Dispose();
            }
        }
        finally
        {
            done.SetResult();
        }
    }
}
