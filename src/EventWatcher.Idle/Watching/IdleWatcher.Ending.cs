namespace EventWatcher.Idle;

// No longer watched, or watched by other rules.
public sealed partial class IdleWatcher
{
    /// <summary>Ends the watching: everybody who waits is told, what is under way is told to give up. The container is left as it is.</summary>
    /// <returns>Completes when no work on the container is under way any more.</returns>
    internal Task DisposeAsync()
    {
        var ended = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            static (watcher, state) =>
            {
                watcher.Apply(LifecycleInput.Dispose);
                watcher.CancelLook();
                watcher._vetoCancellation?.Cancel();
                ((TaskCompletionSource<Task>)state!).TrySetResult(Task.WhenAll(watcher._wakeFlight, watcher._stopFlight));
            },
            ended);
        return ended.Task.Unwrap();
    }

    /// <summary>Changes the rules. What is under way goes on by the old ones.</summary>
    internal void Configure(IdleContainerOptions options) => Post(
        static (watcher, state) =>
        {
            watcher._options = (IdleContainerOptions)state!;
            watcher._monitorDue = watcher.MonitorDue();
            if (watcher._addresses is not null)
            {
                watcher._addresses = new();
            }

            if (watcher._state is LifecycleState.Ready)
            {
                // What it needs may be something else now; a new idle time counts from now.
                watcher.FollowDependencies();
                Volatile.Write(ref watcher._graceFrom, watcher._clock.Now);
            }
        },
        options);

    /// <summary>What it needs is managed by other watchers now.</summary>
    internal void OnDependenciesReplaced() => Post(
        static (watcher, _) =>
        {
            if (watcher._state is LifecycleState.Ready)
            {
                watcher.FollowDependencies();
            }
        },
        state: null);
}
