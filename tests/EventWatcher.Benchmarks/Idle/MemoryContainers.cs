using System.Collections.Concurrent;
using System.Net;

namespace EventWatcher.Benchmarks;

/// <summary>Containers that are nothing but a state: what is measured is the managing of them.</summary>
internal sealed class MemoryContainers : IContainerProvider
{
    private readonly ConcurrentDictionary<string, ContainerStatus> _containers = new(StringComparer.Ordinal);
    private readonly Watcher _watcher = Watcher.Create(EventType.Docker, static async (output, token) =>
    {
        output.SetReady();
        await Task.Delay(Timeout.Infinite, token);
    });

    private int _starts;

    public MemoryContainers(int count, ContainerStatus status)
    {
        for (var i = 0; i < count; i++)
        {
            _containers[NameOf(i)] = status;
        }
    }

    public int Starts => Volatile.Read(ref _starts);

    public static string NameOf(int number) => $"app-{number}";

    public int CountRunning() => _containers.Count(static pair => pair.Value is ContainerStatus.Running);

    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<ContainerInfo>>(
    [
        .. _containers.Select(static pair => new ContainerInfo { Id = new ContainerId(pair.Key), Name = pair.Key, Status = pair.Value, Labels = Labels }),
    ]);

    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) => Task.FromResult(_containers.GetValueOrDefault(id.Value));

    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _starts);
        _containers[id.Value] = ContainerStatus.Running;
        return Task.CompletedTask;
    }

    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        _containers[id.Value] = ContainerStatus.Stopped;
        return Task.CompletedTask;
    }

    public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IWatcher CreateWatcher() => _watcher;

    private static readonly EventAttributes Labels = EventAttributes.Create([new("eventwatcher.idle.idle-timeout", "5m"), new("eventwatcher.idle.max-waiting", "20000")]);
}
