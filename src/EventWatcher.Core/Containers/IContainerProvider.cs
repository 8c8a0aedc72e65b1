using System.Net;

namespace EventWatcher;

/// <summary>A container runtime: what can be asked of its containers, and done to them.</summary>
/// <remarks>
/// <para>Implementations are thread-safe; calls for one container are not put in order among each other.</para>
/// <para>
/// Every method throws <see cref="ContainerProviderUnreachableException"/> where the runtime can't be reached in time,
/// and all but <see cref="ListAsync"/> and <see cref="GetStatusAsync"/> throw <see cref="ContainerNotFoundException"/>
/// where there is no such container. The caller's cancellation is an <see cref="OperationCanceledException"/>; an
/// action may have happened all the same.
/// </para>
/// </remarks>
public interface IContainerProvider
{
    /// <summary>Lists all containers, running or not.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The containers, in no particular order.</returns>
    Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one container's state.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The state; <see cref="ContainerStatus.Missing"/> where there is none.</returns>
    Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default);

    /// <summary>Starts a container. One that runs already is success, one that is paused is a conflict.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Completes when the container's process was started and still runs as far as the runtime knows.</returns>
    /// <exception cref="ContainerConflictException">It is being removed, or is paused.</exception>
    /// <exception cref="ContainerOperationException">The runtime could not start it; the message has its reason.</exception>
    Task StartAsync(ContainerId id, CancellationToken cancellationToken = default);

    /// <summary>Stops a container: a signal, and after the timeout SIGKILL. One that is stopped already is success.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="signal">The signal, with or without <c>SIG</c>; null for the container's own.</param>
    /// <param name="timeout">How long it may take before it is killed; null for the container's own (Docker's default is 10 s).</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when the container has stopped.</returns>
    /// <exception cref="ContainerOperationNotSupportedException">The provider knows no signals.</exception>
    Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a signal to a container's main process.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="signal">The signal, with or without <c>SIG</c>; null for SIGKILL.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when the signal was sent.</returns>
    /// <exception cref="ContainerConflictException">The container does not run.</exception>
    Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default);

    /// <summary>Freezes a container. One that is paused already is success.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when it is paused.</returns>
    /// <exception cref="ContainerConflictException">The container does not run.</exception>
    /// <exception cref="ContainerOperationNotSupportedException">The provider can't pause this container.</exception>
    Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused container go on. One that runs already is success.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when it runs.</returns>
    /// <exception cref="ContainerConflictException">The container is stopped.</exception>
    Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default);

    /// <summary>Finds where a running container's port can be reached from here.</summary>
    /// <param name="id">Which container.</param>
    /// <param name="port">The port inside the container, 1 to 65535.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The address. It may change each time the container starts.</returns>
    /// <exception cref="ContainerConflictException">The container does not run, or has no address of its own.</exception>
    Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default);

    /// <summary>Makes a watcher of all containers of this runtime.</summary>
    /// <returns>A watcher; it needs no disposal.</returns>
    IWatcher CreateWatcher();
}
