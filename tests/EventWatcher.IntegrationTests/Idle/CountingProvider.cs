using System.Collections.Concurrent;
using System.Net;

namespace EventWatcher.IntegrationTests;

/// <summary>A provider that remembers what was begun by it, in order.</summary>
internal sealed class CountingProvider(IContainerProvider inner) : IContainerProvider
{
    private readonly ConcurrentQueue<(string Action, ContainerId Id)> _calls = new();

    public IReadOnlyList<(string Action, ContainerId Id)> Calls => [.. _calls];

    public int Count(string action, string? id = null) => _calls.Count(call => call.Action == action && (id is null || call.Id.Value == id));

    public Task<IReadOnlyList<EventWatcher.ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) => inner.GetStatusAsync(id, cancellationToken);

    public Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default) => inner.GetEndpointAsync(id, port, cancellationToken);

    public IWatcher CreateWatcher() => inner.CreateWatcher();

    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default)
    {
        _calls.Enqueue(("start", id));
        return inner.StartAsync(id, cancellationToken);
    }

    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        _calls.Enqueue(("stop", id));
        return inner.StopAsync(id, signal, timeout, cancellationToken);
    }

    public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default)
    {
        _calls.Enqueue(("kill", id));
        return inner.KillAsync(id, signal, cancellationToken);
    }

    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default)
    {
        _calls.Enqueue(("pause", id));
        return inner.PauseAsync(id, cancellationToken);
    }

    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default)
    {
        _calls.Enqueue(("unpause", id));
        return inner.UnpauseAsync(id, cancellationToken);
    }
}
