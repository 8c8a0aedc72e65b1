using System.Net;

namespace EventWatcher.TestKit;

// IContainerProvider.
public sealed partial class FakeContainerProvider
{
    /// <inheritdoc/>
    public IWatcher CreateWatcher() => _watcher;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) => CallAsync(
        FakeContainerAction.List,
        default,
        signal: null,
        IReadOnlyList<ContainerInfo> (_) =>
        [
            .. _containers.Values.Select(static container => new ContainerInfo
            {
                Id = container.Id,
                Name = container.Name,
                Status = container.Status,
                Labels = container.Labels,
            }),
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) =>
        CallAsync(FakeContainerAction.GetStatus, id, signal: null, static container => container?.Status ?? ContainerStatus.Missing, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default) => ChangeAsync(FakeContainerAction.Start, id, signal: null, container =>
    {
        switch (container.Status)
        {
            case ContainerStatus.Paused:
                throw new ContainerConflictException(id, $"Container {container.Name} is paused.");
            case ContainerStatus.Error:
                throw new ContainerConflictException(id, $"Container {container.Name} is dead.");
            case ContainerStatus.Stopped:
                container.Status = ContainerStatus.Running;
                Tell(container, EventAction.ContainerStart);
                break;
            default:
                // It runs already.
                break;
        }
    }, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        RefuseSignal(id, signal);
        return ChangeAsync(FakeContainerAction.Stop, id, signal, container =>
        {
            if (container.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Starting)
            {
                container.Status = ContainerStatus.Stopped;
                Tell(container, EventAction.ContainerKill, ("signal", signal ?? "15"));
                Tell(container, EventAction.ContainerDie, ("exitCode", "0"));
                Tell(container, EventAction.ContainerStop);
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default)
    {
        RefuseSignal(id, signal);
        return ChangeAsync(FakeContainerAction.Kill, id, signal, container =>
        {
            if (container.Status is not (ContainerStatus.Running or ContainerStatus.Paused))
            {
                throw new ContainerConflictException(id, $"Container {container.Name} does not run.");
            }

            Tell(container, EventAction.ContainerKill, ("signal", signal ?? "9"));
            if (signal is null or "KILL" or "SIGKILL" or "9" or "TERM" or "SIGTERM" or "15" or "INT" or "SIGINT" or "2")
            {
                container.Status = ContainerStatus.Stopped;
                Tell(container, EventAction.ContainerDie, ("exitCode", "137"));
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => ChangeAsync(FakeContainerAction.Pause, id, signal: null, container =>
    {
        RefusePause(id);
        switch (container.Status)
        {
            case ContainerStatus.Running:
                container.Status = ContainerStatus.Paused;
                Tell(container, EventAction.ContainerPause);
                break;
            case ContainerStatus.Paused:
                break;
            default:
                throw new ContainerConflictException(id, $"Container {container.Name} does not run.");
        }
    }, cancellationToken);

    /// <inheritdoc/>
    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => ChangeAsync(FakeContainerAction.Unpause, id, signal: null, container =>
    {
        RefusePause(id);
        switch (container.Status)
        {
            case ContainerStatus.Paused:
                container.Status = ContainerStatus.Running;
                Tell(container, EventAction.ContainerUnpause);
                break;
            case ContainerStatus.Running:
                break;
            default:
                throw new ContainerConflictException(id, $"Container {container.Name} does not run.");
        }
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return CallAsync(FakeContainerAction.GetEndpoint, id, signal: null, container => container switch
        {
            null => throw new ContainerNotFoundException(id, $"There is no container {id}."),
            { Status: ContainerStatus.Running } when Address(container.Name, port) is { } address => address,
            _ => throw new ContainerConflictException(id, $"Container {container.Name} has no address."),
        }, cancellationToken);
    }

    private void RefuseSignal(ContainerId id, string? signal)
    {
        if (!SupportsSignals && signal is not null)
        {
            throw new ContainerOperationNotSupportedException(id, "Containers of this runtime know no signals.");
        }
    }

    private void RefusePause(ContainerId id)
    {
        if (!SupportsPause)
        {
            throw new ContainerOperationNotSupportedException(id, "Containers of this runtime can't be paused.");
        }
    }

    private Task<bool> ChangeAsync(FakeContainerAction action, ContainerId id, string? signal, Action<FakeContainer> change, CancellationToken cancellationToken) =>
        CallAsync(
            action,
            id,
            signal,
            container =>
            {
                change(container ?? throw new ContainerNotFoundException(id, $"There is no container {id}."));
                return true;
            },
            cancellationToken);

    private async Task<T> CallAsync<T>(FakeContainerAction action, ContainerId id, string? signal, Func<FakeContainer?, T> effect, CancellationToken cancellationToken)
    {
        FakeContainerCall call;
        lock (_gate)
        {
            call = new FakeContainerCall(action, id, Find(id.Value)?.Name ?? "", signal);
            _calls.Add(call);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (IsUnreachable)
        {
            throw new ContainerProviderUnreachableException(id, "The runtime can't be reached.");
        }

        if (OnCall is { } onCall)
        {
            await onCall(call, cancellationToken).ConfigureAwait(false);
        }

        lock (_gate)
        {
            return effect(Find(id.Value));
        }
    }
}
