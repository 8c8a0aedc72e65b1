namespace EventWatcher.Docker;

/// <summary>The part of the Docker Engine API that this package uses, of one engine.</summary>
/// <remarks>
/// <para>
/// <see cref="DockerEngine"/> implements it. Implement it yourself where you have a client of your own already.
/// Thread-safe; any number of calls and event streams may be under way at once.
/// </para>
/// <para>
/// Every call throws <see cref="DockerUnreachableException"/> where the engine can't be reached or does not answer in
/// time, a leaf of <see cref="DockerApiException"/> with the engine's own words where it refuses, and
/// <see cref="DockerProtocolException"/> where the answer is not an engine's. The caller's cancellation is an
/// <see cref="OperationCanceledException"/> with the caller's token.
/// </para>
/// </remarks>
public interface IDockerEngine : IAsyncDisposable
{
    /// <summary>
    /// Gets a stable name of the engine, free of secrets: its endpoint, as in <c>unix:///var/run/docker.sock</c>.
    /// </summary>
    string Name { get; }

    /// <summary>Asks whether the engine answers, and what it speaks.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer, with the API version that later calls use.</returns>
    Task<DockerPing> PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Opens a stream of events.</summary>
    /// <param name="request">Since when, until when, and which.</param>
    /// <param name="cancellationToken">Gives up opening; without effect once the stream is open.</param>
    /// <returns>
    /// The stream, as soon as the response's headers (status 200) are there. Connecting is bounded by the engine's
    /// time-out; the wait for the headers is not, since some proxies hold them back until the first event: the caller
    /// bounds it. The headers come before the engine has really subscribed.
    /// </returns>
    Task<IDockerEventStream> OpenEventsAsync(DockerEventsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists containers.</summary>
    /// <param name="request">Which; null for all, running or not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The containers, newest first as the engine has them.</returns>
    Task<IReadOnlyList<DockerContainer>> ListContainersAsync(DockerListRequest? request = null, CancellationToken cancellationToken = default);

    /// <summary>Reads everything about one container that this package needs.</summary>
    /// <param name="id">Its full id, a unique beginning of it, or its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The container.</returns>
    /// <exception cref="DockerNotFoundException">There is no such container.</exception>
    Task<DockerContainerDetails> InspectContainerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Starts a container.</summary>
    /// <param name="id">Its full id, a unique beginning of it, or its name.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be started all the same.</param>
    /// <returns>
    /// True when it was started; false when the engine says that it runs already, which it also says of a container that
    /// is just being stopped.
    /// </returns>
    /// <exception cref="DockerNotFoundException">There is no such container.</exception>
    /// <exception cref="DockerConflictException">It is paused or being removed.</exception>
    Task<bool> StartContainerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Stops a container: the signal, and after the timeout SIGKILL.</summary>
    /// <param name="id">Its full id, a unique beginning of it, or its name.</param>
    /// <param name="signal">
    /// The signal; null for the container's own. Engines below API 1.42, and Podman, ignore it
    /// (<see cref="DockerPing.SupportsStopSignal"/>).
    /// </param>
    /// <param name="timeout">
    /// How long it may take before it is killed, rounded up to whole seconds; null for the container's own, and
    /// <see cref="Timeout.InfiniteTimeSpan"/> for ever.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; it may be stopped all the same.</param>
    /// <returns>True when it was stopped; false when it did not run.</returns>
    /// <exception cref="DockerNotFoundException">There is no such container.</exception>
    Task<bool> StopContainerAsync(string id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to a container's main process.</summary>
    /// <param name="id">Its full id, a unique beginning of it, or its name.</param>
    /// <param name="signal">The signal; null for SIGKILL.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when the signal was sent.</returns>
    /// <exception cref="DockerNotFoundException">There is no such container.</exception>
    /// <exception cref="DockerConflictException">It does not run.</exception>
    Task KillContainerAsync(string id, string? signal = null, CancellationToken cancellationToken = default);

    /// <summary>Freezes a container.</summary>
    /// <param name="id">Its full id, a unique beginning of it, or its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when it is paused.</returns>
    /// <exception cref="DockerNotFoundException">There is no such container.</exception>
    /// <exception cref="DockerConflictException">It does not run, or is paused already.</exception>
    Task PauseContainerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused container go on.</summary>
    /// <param name="id">Its full id, a unique beginning of it, or its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when it runs.</returns>
    /// <exception cref="DockerNotFoundException">There is no such container.</exception>
    /// <exception cref="DockerApiException">It is not paused: a conflict or a server error, by the engine's version.</exception>
    Task UnpauseContainerAsync(string id, CancellationToken cancellationToken = default);
}
