namespace EventWatcher.Proxmox;

/// <summary>Waits for tasks.</summary>
internal sealed class ProxmoxTaskWaiter(ProxmoxClient client, TimeSpan interval)
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(300);

    private const int MaxFailures = 5;

    /// <summary>Polls a task until it has ended with success.</summary>
    /// <param name="what">What it does, for messages.</param>
    /// <param name="upid">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What it ended with: <c>OK</c> or <c>WARNINGS: n</c>.</returns>
    /// <exception cref="ProxmoxException">It failed, or how it is can't be found out.</exception>
    public async Task<string> WaitAsync(string what, string upid, CancellationToken cancellationToken)
    {
        var node = ProxmoxUpid.TryParse(upid)?.Node
            ?? throw new ProxmoxProtocolException(client.Cluster, $"{client.Cluster}: {what} gave \"{upid}\" where a task's identifier was expected.");
        for (var failures = 0; ;)
        {
            try
            {
                var status = await client.GetTaskStatusAsync(node, upid, cancellationToken).ConfigureAwait(false);
                failures = 0;
                if (status.Status is "stopped")
                {
                    return ProxmoxTaskOutcome.IsSuccess(status.ExitStatus)
                        ? status.ExitStatus!
                        : throw ProxmoxFaults.OfTask(client.Cluster, what, upid, status.ExitStatus ?? "it ended without saying how");
                }
            }
            catch (ProxmoxUnreachableException) when (++failures < MaxFailures)
            {
                // Asking again harms nobody, and the task goes on whether it is asked after or not.
            }

            await Task.Delay(interval, client.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
