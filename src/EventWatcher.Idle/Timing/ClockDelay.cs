namespace EventWatcher.Idle;

/// <summary>A delay that ends on the thread of the timer, or of whoever cancels it: nothing is handed to the pool.</summary>
internal sealed class ClockDelay : TaskCompletionSource
{
    public static async Task WaitAsync(TimeProvider provider, TimeSpan span, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var delay = new ClockDelay();

        // Disposed without waiting for its callback, in which this may go on.
#pragma warning disable MA0042, VSTHRD103, CA1849 // As the line above says.
        using var timer = provider.CreateTimer(static delay => ((ClockDelay)delay!).TrySetResult(), delay, span, Timeout.InfiniteTimeSpan);
        using var registration = cancellationToken.UnsafeRegister(static (delay, token) => ((ClockDelay)delay!).TrySetCanceled(token), delay);
#pragma warning restore MA0042, VSTHRD103, CA1849
        await delay.Task.ConfigureAwait(false);
    }
}
