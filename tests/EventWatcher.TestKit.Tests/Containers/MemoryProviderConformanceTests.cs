using System.Net;

namespace EventWatcher.TestKit.Tests;

public sealed class MemoryProviderConformanceTests : ContainerProviderConformanceTests
{
    private readonly MemoryProvider _provider = new();

    internal MemoryProvider Memory => _provider;

    protected override int? ReachablePort => 80;

    protected override IContainerProvider CreateProvider() => _provider;

    protected override IContainerProvider CreateUnreachableProvider() => new MemoryProvider { IsUnreachable = true };

    protected override Task<ContainerId> CreateContainerAsync() => Task.FromResult(_provider.Add());

    protected override Task RemoveContainerAsync(ContainerId id) => Task.FromResult(_provider.Remove(id));
}

/// <summary>A provider that can do little: no pause, no signals, no addresses.</summary>
public sealed class PlainProviderConformanceTests : ContainerProviderConformanceTests
{
    private readonly MemoryProvider _provider = new() { IsPlain = true };

    protected override bool SupportsPause => false;

    protected override bool SupportsSignals => false;

    protected override IContainerProvider CreateProvider() => _provider;

    protected override IContainerProvider CreateUnreachableProvider() => new MemoryProvider { IsUnreachable = true };

    protected override Task<ContainerId> CreateContainerAsync() => Task.FromResult(_provider.Add());

    protected override Task RemoveContainerAsync(ContainerId id) => Task.FromResult(_provider.Remove(id));
}

public sealed class BrokenProvidersTests
{
    [Fact]
    public async Task Stop_that_stops_nothing_is_found()
    {
        var tests = new MemoryProviderConformanceTests();
        tests.Memory.StateAfterStop = ContainerStatus.Running;

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(tests.GetStatusAsync_follows_the_container);
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(tests.StopAsync_of_a_stopped_container_is_success);
    }
}

internal sealed class MemoryProvider : IContainerProvider
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, ContainerStatus> _containers = [];
    private readonly FakeWatcher _watcher = new(EventType.Docker);

    public bool IsUnreachable { get; init; }

    public bool IsPlain { get; init; }

    public ContainerStatus StateAfterStop { get; set; } = ContainerStatus.Stopped;

    public ContainerId Add()
    {
        var id = new ContainerId(Guid.NewGuid().ToString("n"));
        lock (_gate)
        {
            _containers.Add(id, ContainerStatus.Stopped);
        }

        return id;
    }

    public bool Remove(ContainerId id)
    {
        lock (_gate)
        {
            return _containers.Remove(id);
        }
    }

    public IWatcher CreateWatcher() => _watcher;

    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) => DoAsync<IReadOnlyList<ContainerInfo>>(
        default,
        () => [.. _containers.Select(static pair => new ContainerInfo { Id = pair.Key, Name = pair.Key.Value[..8], Status = pair.Value })],
        cancellationToken);

    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) =>
        DoAsync(id, () => _containers.GetValueOrDefault(id), cancellationToken);

    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        status => status == ContainerStatus.Paused ? throw new ContainerConflictException(id, "It is paused.") : ContainerStatus.Running,
        EventAction.ContainerStart,
        cancellationToken);

    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        RefuseSignal(id, signal);
        return ChangeAsync(id, _ => StateAfterStop, EventAction.ContainerDie, cancellationToken);
    }

    public async Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default)
    {
        RefuseSignal(id, signal);
        await ChangeAsync(
            id,
            status => status != ContainerStatus.Running ? throw new ContainerConflictException(id, "It does not run.")
                : signal is null ? ContainerStatus.Stopped : status,
            EventAction.ContainerKill,
            cancellationToken);
    }

    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        status => IsPlain ? throw new ContainerOperationNotSupportedException(id, "No pause.")
            : status == ContainerStatus.Stopped ? throw new ContainerConflictException(id, "It does not run.") : ContainerStatus.Paused,
        EventAction.ContainerPause,
        cancellationToken);

    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => ChangeAsync(
        id,
        status => status == ContainerStatus.Stopped ? throw new ContainerConflictException(id, "It does not run.") : ContainerStatus.Running,
        EventAction.ContainerUnpause,
        cancellationToken);

    public async Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65_535);
        return await GetStatusAsync(id, cancellationToken) switch
        {
            ContainerStatus.Missing => throw new ContainerNotFoundException(id, "There is none."),
            ContainerStatus.Running when !IsPlain => new IPEndPoint(IPAddress.Loopback, port),
            _ => throw new ContainerConflictException(id, "It has no address."),
        };
    }

    private void RefuseSignal(ContainerId id, string? signal)
    {
        if (IsPlain && signal is not null)
        {
            throw new ContainerOperationNotSupportedException(id, "No signals.");
        }
    }

    private Task<ContainerStatus> ChangeAsync(ContainerId id, Func<ContainerStatus, ContainerStatus> change, EventAction action, CancellationToken cancellationToken) => DoAsync(
        id,
        () =>
        {
            if (!_containers.TryGetValue(id, out var before))
            {
                throw new ContainerNotFoundException(id, "There is none.");
            }

            var after = change(before);
            _containers[id] = after;
            if (before != after)
            {
                _watcher.Emit(TestEvents.Container(action, id.Value[..8], id.Value));
            }

            return after;
        },
        cancellationToken);

    private async Task<T> DoAsync<T>(ContainerId id, Func<T> action, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (IsUnreachable)
        {
            throw new ContainerProviderUnreachableException(id, "Nobody is there.");
        }

        lock (_gate)
        {
            return action();
        }
    }
}
