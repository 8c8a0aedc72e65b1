namespace EventWatcher.Docker.Tests;

/// <summary>An engine without a network: what its streams say is given byte by byte.</summary>
internal sealed class ScriptedEngine(Func<DockerEventsRequest, int, Stream> open) : IDockerEngine
{
    private int _opened;

    public string Name => "scripted";

    /// <summary>How many streams without end were opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    public Task<DockerPing> PingAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(new DockerPing { ApiVersion = new Version(1, 41), EngineTime = TimeProvider.System.GetUtcNow() });

    public Task<IDockerEventStream> OpenEventsAsync(DockerEventsRequest request, CancellationToken cancellationToken = default)
    {
        var number = request.UntilNanoseconds is null ? Interlocked.Increment(ref _opened) : Opened;
        var body = open(request, number);
        return Task.FromResult<IDockerEventStream>(new DockerEventStream(Name, body, body));
    }

    public Task<IReadOnlyList<DockerContainer>> ListContainersAsync(DockerListRequest? request = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DockerContainerDetails> InspectContainerAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> StartContainerAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> StopContainerAsync(string id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task KillContainerAsync(string id, string? signal = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task PauseContainerAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task UnpauseContainerAsync(string id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
