namespace EventWatcher.Proxmox;

/// <summary>Does something to a guest, and waits until it is done. What was lost on the way is looked for before it is said again.</summary>
internal sealed class GuestActions(ProxmoxClient client, TimeSpan taskInterval)
{
    private static readonly TimeSpan BeforeLookingAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(10);

    private readonly ProxmoxTaskWaiter _waiter = new(client, taskInterval);

    /// <summary>Begins an action and waits for its task and for the state that it leads to.</summary>
    /// <param name="guest">Which guest, and where.</param>
    /// <param name="action">The API's word.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="wanted">What the guest is to be.</param>
    /// <param name="since">The server's time before the action.</param>
    /// <param name="timeout">How long it may take in all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The task's outcome; empty where the guest was so already.</returns>
    public async Task<string> RunAsync(
        Suspicion guest,
        string action,
        IReadOnlyList<KeyValuePair<string, string>> parameters,
        GuestState wanted,
        DateTimeOffset since,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, client.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var what = $"{action} of {guest.Id}";
        try
        {
            var outcome = "";
            var patience = LongestSettling;
            try
            {
                if (await BeginAsync(guest, action, parameters, wanted, since, either.Token).ConfigureAwait(false) is { } upid)
                {
                    outcome = await _waiter.WaitAsync(what, upid, either.Token).ConfigureAwait(false);
                    patience = IsWish(upid) ? timeout : patience;
                }
            }
            catch (ProxmoxAlreadyInStateException)
            {
                // Somebody else was quicker, or the wish is another's; the state tells.
                if ((await client.GetStatusAsync(guest.Node, guest.Id, either.Token).ConfigureAwait(false)) is var now && GuestStates.Of(now.Data) != wanted)
                {
                    throw;
                }
            }

            await SettleAsync(guest, what, wanted, patience, either.Token).ConfigureAwait(false);
            return outcome;
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProxmoxUnreachableException(
                client.Cluster, ProxmoxUnreachableReason.TimedOut, $"{client.Cluster}: {what} was begun, and was not done within {timeout}. It may be yet.", exception);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
    }

    // One that runs is it, whatever the clock of its node says.
    private static bool IsTaskOf(TaskRecord task, string action, DateTimeOffset since) => (task.IsRunning || task.Upid.Start >= since)
        && (task.Upid.Type.EndsWith(action, StringComparison.Ordinal) || (action, task.Upid.Type) is ("suspend", "qmpause") or ("shutdown", "hastop"));

    // Where the cluster keeps a guest available, the task only notes the wish, and what starts and stops it comes later.
    private static bool IsWish(string upid) => ProxmoxUpid.TryParse(upid)?.Type.StartsWith("ha", StringComparison.Ordinal) == true;

    /// <summary>Posts the action.</summary>
    /// <returns>The task's identifier; null where the answer was lost and the guest is as it was to become.</returns>
    private async Task<string?> BeginAsync(
        Suspicion guest, string action, IReadOnlyList<KeyValuePair<string, string>> parameters, GuestState wanted, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ActAsync(guest.Node, guest.Id, action, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (ProxmoxUnreachableException lost) when (lost.Reason is ProxmoxUnreachableReason.ConnectionLost or ProxmoxUnreachableReason.TimedOut)
        {
            // It may have been heard all the same, and begin somewhat later.
            for (var look = 0; look < 2; look++)
            {
                var tasks = await client.GetTasksOfAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false);
                if (tasks.Select(TaskRecord.Of).OfType<TaskRecord>().FirstOrDefault(task => IsTaskOf(task, action, since)) is { } begun)
                {
                    return begun.Upid.Text;
                }

                var status = await client.GetStatusAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false);
                if (GuestStates.Of(status.Data) == wanted)
                {
                    return null;
                }

                await Task.Delay(BeforeLookingAgain, client.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            return await client.ActAsync(guest.Node, guest.Id, action, parameters, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the state that the task has led to.</summary>
    private async Task SettleAsync(Suspicion guest, string what, GuestState wanted, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = client.TimeProvider.GetTimestamp();
        while (true)
        {
            var status = (await client.GetStatusAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false)).Data;
            if (GuestStates.Of(status) == wanted)
            {
                return;
            }

            var endedAtOnce = patience == LongestSettling && wanted is GuestState.Running && GuestStates.Of(status) is GuestState.Stopped;
            if (client.TimeProvider.GetElapsedTime(began) >= patience || endedAtOnce)
            {
                throw new ProxmoxTaskFailedException(client.Cluster, "", status.Status ?? "", $"{client.Cluster}: {what} succeeded, but the guest is {status.Status} right after it. Its own log may say why.");
            }

            await Task.Delay(taskInterval, client.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
