namespace EventWatcher.Docker;

/// <summary>Stopping.</summary>
public sealed partial class DockerContainerProvider
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long the end may take after SIGKILL: the kernel may be busy with the process.</summary>
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(30);

    private async Task StopCoreAsync(ContainerId id, string? signal, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (signal is not null)
        {
            var details = await _engine.InspectContainerAsync(id.Value, cancellationToken).ConfigureAwait(false);
            if (string.Equals(signal, DockerSignal.TryNormalize(details.StopSignal) ?? DockerSignal.Terminate, StringComparison.Ordinal))
            {
                signal = null;
            }
            else if (!(await _engine.PingAsync(cancellationToken).ConfigureAwait(false)).SupportsStopSignal)
            {
                await StopByKillAsync(id, details, signal, timeout, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await _engine.StopContainerAsync(id.Value, signal, timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task StopByKillAsync(
        ContainerId id, DockerContainerDetails details, string signal, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        switch (DockerStates.StatusOf(details.State))
        {
            case ContainerStatus.Stopped:
                return;
            case ContainerStatus.Running or ContainerStatus.Paused:
                await KillAndWaitAsync(id, details, signal, timeout ?? details.StopTimeout ?? DefaultStopTimeout, cancellationToken).ConfigureAwait(false);
                break;
            default:
                // Nothing is there that a signal could be sent to.
                await _engine.StopContainerAsync(id.Value, signal: null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
                return;
        }

        if (details.HasRestartPolicy)
        {
            // To the engine it died by itself: without a word it would be started again.
            await IfThereAsync(() => _engine.StopContainerAsync(id.Value, signal: null, TimeSpan.Zero, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task KillAndWaitAsync(
        ContainerId id, DockerContainerDetails details, string signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await IfThereAsync(() => _engine.KillContainerAsync(id.Value, signal, cancellationToken)).ConfigureAwait(false);
        if (details.State.Paused)
        {
            await ThawAsync(id, cancellationToken).ConfigureAwait(false);
        }

        if (await WaitForEndAsync(id, details.State.StartedAt, timeout, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await IfThereAsync(() => _engine.KillContainerAsync(id.Value, DockerSignal.Kill, cancellationToken)).ConfigureAwait(false);
        if (!await WaitForEndAsync(id, details.State.StartedAt, KillTimeout, cancellationToken).ConfigureAwait(false))
        {
            throw new ContainerOperationException(id, $"Container {id} still runs {KillTimeout.TotalSeconds:0} s after SIGKILL.");
        }
    }

    // A frozen process gets its signal when it is thawed. Some engines have done that with the signal, and then refuse.
    private async Task ThawAsync(ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            await UnpauseAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerException exception) when (exception is ContainerConflictException or ContainerNotFoundException)
        {
            // It has ended already, which is what was wanted.
            return;
        }
    }

    // What has ended or gone meanwhile has stopped, too.
    private static async Task IfThereAsync(Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (exception is DockerConflictException or DockerNotFoundException)
        {
            return;
        }
    }
}
