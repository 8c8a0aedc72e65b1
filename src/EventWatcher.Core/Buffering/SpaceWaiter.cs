namespace EventWatcher;

/// <summary>A writer that waits for room, with the event it wants to add.</summary>
internal sealed class SpaceWaiter(Event item) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Event Item { get; } = item;

    /// <summary>Waits for room, the end of the buffer (false) or cancellation.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(
            static (waiter, token) => ((SpaceWaiter)waiter!).TrySetCanceled(token),
            this);
        await using (registration.ConfigureAwait(false))
        {
            return await Task.ConfigureAwait(false);
        }
    }
}
