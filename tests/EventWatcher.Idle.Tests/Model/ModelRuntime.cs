using System.Net;

namespace EventWatcher.Idle.Tests;

/// <summary>A runtime in which nothing happens before the model says so: calls return, and events are delivered, when they are told to.</summary>
internal sealed class ModelRuntime(Action<PendingCall> onCall) : IContainerProvider
{
    private readonly Dictionary<string, (ContainerId Id, ContainerStatus Status)> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _runs = new(StringComparer.Ordinal);
    private int _made;

    public List<PendingCall> Pending { get; } = [];

    public List<Event> Events { get; } = [];

    /// <summary>How often a container has begun to run, gone on after a pause, or ended.</summary>
    public int RunsOf(string name) => _runs.GetValueOrDefault(name);

    public ContainerStatus StatusOf(string name) => _containers.TryGetValue(name, out var found) ? found.Status : ContainerStatus.Missing;

    public ContainerInfo? Find(string name) => _containers.TryGetValue(name, out var found)
        ? new ContainerInfo { Id = found.Id, Name = name, Status = found.Status }
        : null;

    public void Make(string name, ContainerStatus status)
    {
        _containers[name] = (new ContainerId($"{name}-{++_made}"), status);
        _runs[name] = RunsOf(name) + 1;
        Tell(name, EventAction.ContainerCreate);
        if (status is ContainerStatus.Running)
        {
            Tell(name, EventAction.ContainerStart);
        }
    }

    public void Remove(string name)
    {
        End(name);
        Tell(name, EventAction.ContainerDestroy);
        _containers.Remove(name);
    }

    public void Run(string name)
    {
        if (StatusOf(name) is ContainerStatus.Stopped)
        {
            Set(name, ContainerStatus.Running);
            Tell(name, EventAction.ContainerStart);
        }
    }

    public void End(string name)
    {
        if (StatusOf(name) is ContainerStatus.Running or ContainerStatus.Paused)
        {
            Set(name, ContainerStatus.Stopped);
            Tell(name, EventAction.ContainerDie);
            Tell(name, EventAction.ContainerStop);
        }
    }

    public void Freeze(string name)
    {
        if (StatusOf(name) is ContainerStatus.Running)
        {
            Set(name, ContainerStatus.Paused);
            Tell(name, EventAction.ContainerPause);
        }
    }

    public void Thaw(string name)
    {
        if (StatusOf(name) is ContainerStatus.Paused)
        {
            Set(name, ContainerStatus.Running);
            Tell(name, EventAction.ContainerUnpause);
        }
    }

    public void Signal(string name, string signal)
    {
        if (StatusOf(name) is ContainerStatus.Running)
        {
            Events.Add(EventOf(name, EventAction.ContainerKill) with { ActorAttributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["signal"] = signal } });
        }
    }

    /// <summary>What a call does, where it does anything.</summary>
    public void TakeEffect(PendingCall call)
    {
        if (Find(call.Name)?.Id != call.Id)
        {
            return;
        }

        switch (call.Action)
        {
            case FakeContainerAction.Start:
                Run(call.Name);
                break;
            case FakeContainerAction.Unpause:
                Thaw(call.Name);
                break;
            case FakeContainerAction.Pause:
                Freeze(call.Name);
                break;
            case FakeContainerAction.Stop or FakeContainerAction.Kill:
                End(call.Name);
                break;
            default:
                break;
        }
    }

    /// <summary>Lets a call return.</summary>
    public void Return(PendingCall call, Exception? failure = null)
    {
        Pending.Remove(call);
        var id = call.Id;
        var isThere = Find(call.Name)?.Id == id;
        if (failure is null && !isThere && call.Action is not FakeContainerAction.GetStatus)
        {
            failure = new ContainerNotFoundException(id, "gone");
        }

        if (failure is null && call.Action is FakeContainerAction.Start && StatusOf(call.Name) is ContainerStatus.Paused)
        {
            failure = new ContainerConflictException(id, "paused");
        }

        if (failure is null)
        {
            TakeEffect(call);
            call.Answer.TrySetResult(isThere ? StatusOf(call.Name) : ContainerStatus.Missing);
        }
        else
        {
            call.Answer.TrySetException(failure);
        }
    }

    public IWatcher CreateWatcher() => throw new NotSupportedException();

    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<ContainerInfo>>([.. _containers.Keys.Select(name => Find(name)!)]);

    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) => CallAsync(FakeContainerAction.GetStatus, id, cancellationToken);

    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default) => CallAsync(FakeContainerAction.Start, id, cancellationToken);

    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CallAsync(FakeContainerAction.Stop, id, cancellationToken);

    public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default) => CallAsync(FakeContainerAction.Kill, id, cancellationToken);

    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => CallAsync(FakeContainerAction.Pause, id, cancellationToken);

    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => CallAsync(FakeContainerAction.Unpause, id, cancellationToken);

    public Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private void Set(string name, ContainerStatus status)
    {
        _containers[name] = _containers[name] with { Status = status };
        _runs[name] = RunsOf(name) + (status is ContainerStatus.Running or ContainerStatus.Stopped ? 1 : 0);
    }

    private void Tell(string name, EventAction action) => Events.Add(EventOf(name, action));

    private Event EventOf(string name, EventAction action) => new()
    {
        Type = EventType.Docker,
        Action = action,
        ActorName = name,
        ActorId = _containers[name].Id.Value,
    };

    // Continuations run on the thread of whoever lets the call return: there is but one thread in the model.
    private async Task<ContainerStatus> CallAsync(FakeContainerAction action, ContainerId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = id.Value[..id.Value.IndexOf('-', StringComparison.Ordinal)];
        var isCurrent = Find(name)?.Id == id;
        if (!isCurrent)
        {
            // Of a container that is no more.
            return action is FakeContainerAction.GetStatus ? ContainerStatus.Missing : throw new ContainerNotFoundException(id, "gone");
        }

        var call = new PendingCall(action, name, id, new TaskCompletionSource<ContainerStatus>());
        Pending.Add(call);
        onCall(call);
        await using var registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                Pending.Remove(call);
                call.Answer.TrySetCanceled(cancellationToken);
            },
            state: null);
        return await call.Answer.Task.ConfigureAwait(false);
    }
}
