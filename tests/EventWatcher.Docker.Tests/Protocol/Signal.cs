namespace EventWatcher.Docker.Tests;

/// <summary>Lets tests wait for a condition that changes with the engine's state, without polling.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Pulse() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits in real time: a fake clock must not keep a test from failing.</summary>
    public async Task WaitUntilAsync(Func<bool> condition, Func<string> what, TimeSpan? deadline = null)
    {
        using var late = new CancellationTokenSource(deadline ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            var next = Volatile.Read(ref _next).Task;
            if (condition())
            {
                return;
            }

            try
            {
                await next.WaitAsync(late.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"The fake engine waited in vain for {what()}.", e);
            }
        }
    }
}
