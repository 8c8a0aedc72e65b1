using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventWatcher.Docker;

/// <summary>The containers of one Docker or Podman engine.</summary>
/// <remarks>
/// <para>Thread-safe; holds no connection while nothing is asked of it.</para>
/// <para>
/// An id may be a full id, a unique beginning of one, or a name. A container that waits for its restart policy is
/// <see cref="ContainerStatus.Starting"/>; one that was created and never started is <see cref="ContainerStatus.Stopped"/>.
/// </para>
/// </remarks>
public sealed partial class DockerContainerProvider : IContainerProvider, IAsyncDisposable
{
    private readonly IDockerEngine _engine;
    private readonly bool _ownsEngine;
    private readonly TimeProvider _timeProvider;
    private readonly DockerWatcher _watcher;

    /// <summary>Initializes the provider on an engine that is the caller's to dispose.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="watcherOptions">How <see cref="CreateWatcher"/> watches; null for the defaults.</param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock of waiting; null for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is not allowed.</exception>
    public DockerContainerProvider(
        IDockerEngine engine, DockerWatcherOptions? watcherOptions = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _watcher = new DockerWatcher(engine, watcherOptions, loggerFactory?.CreateLogger<DockerWatcher>(), timeProvider);
    }

    /// <summary>Initializes the provider on an engine of its own, which is disposed with it.</summary>
    /// <param name="options">
    /// How the engine is reached; null for the usual ways. May be <see cref="DockerWatcherOptions"/>, which also say how
    /// <see cref="CreateWatcher"/> watches.
    /// </param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock of waiting and time-outs; null for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is not allowed.</exception>
    public DockerContainerProvider(DockerEngineOptions? options = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        options ??= new DockerEngineOptions();
        var watcherOptions = options as DockerWatcherOptions ?? options.CopyTo(new DockerWatcherOptions());
        _watcher = new DockerWatcher(watcherOptions, loggerFactory?.CreateLogger<DockerWatcher>(), timeProvider);
        _engine = new DockerEngine(options, loggerFactory?.CreateLogger<DockerEngine>(), timeProvider);
        _ownsEngine = true;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) => ContainerFaults.TranslateAsync(default, async () =>
    {
        var containers = await _engine.ListContainersAsync(request: null, cancellationToken).ConfigureAwait(false);
        return (IReadOnlyList<ContainerInfo>)
        [
            .. containers.Where(static container => container.Id.Length > 0).Select(static container => new ContainerInfo
            {
                Id = new ContainerId(container.Id),
                Name = container.Name,
                Status = DockerStates.StatusOf(container.State),
                Image = container.Image,
                Labels = container.Labels,
            }),
        ];
    });

    /// <inheritdoc/>
    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) => ContainerFaults.TranslateAsync(id, async () =>
    {
        try
        {
            return DockerStates.StatusOf((await _engine.InspectContainerAsync(id.Value, cancellationToken).ConfigureAwait(false)).State);
        }
        catch (DockerNotFoundException)
        {
            return ContainerStatus.Missing;
        }
    });

    /// <inheritdoc/>
    /// <remarks>
    /// An engine says "runs already" also of a container that is just being stopped: then this waits for its end, at most
    /// the container's own stop time-out and some seconds, and starts it again.
    /// </remarks>
    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default) =>
        ContainerFaults.TranslateAsync("start", id, () => StartCoreAsync(id, cancellationToken));

    /// <inheritdoc/>
    /// <remarks>
    /// Below API 1.42, and with Podman, another signal than the container's own is sent with a kill of its own; where
    /// there is a restart policy, a stop follows, and the container may run again for a moment before it.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="signal"/> is no signal.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative (other than infinite), or more than a day.</exception>
    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var wanted = signal is null ? null : DockerSignal.Normalize(signal, nameof(signal));
        if (timeout is { } given && given != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.Zero, nameof(timeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(given, TimeSpan.FromDays(1), nameof(timeout));
        }

        return ContainerFaults.TranslateAsync("stop", id, () => StopCoreAsync(id, wanted, timeout, cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="signal"/> is no signal.</exception>
    public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default)
    {
        var wanted = signal is null ? null : DockerSignal.Normalize(signal, nameof(signal));
        return ContainerFaults.TranslateAsync("kill", id, async () =>
        {
            try
            {
                await _engine.KillContainerAsync(id.Value, wanted, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerServerException refusal)
            {
                var state = await StateAfterAsync(id, refusal, cancellationToken).ConfigureAwait(false);
                throw state is ContainerStatus.Stopped ? new ContainerConflictException(id, refusal.Message, refusal) : ContainerFaults.Of(id, refusal);
            }
        });
    }

    /// <inheritdoc/>
    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => ContainerFaults.TranslateAsync("pause", id, async () =>
    {
        try
        {
            await _engine.PauseContainerAsync(id.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException refusal) when (refusal is not DockerNotFoundException)
        {
            var state = await StateAfterAsync(id, refusal, cancellationToken).ConfigureAwait(false);
            if (state is not ContainerStatus.Paused)
            {
                throw state is ContainerStatus.Running ? ContainerFaults.Of(id, refusal) : new ContainerConflictException(id, refusal.Message, refusal);
            }
        }
    });

    /// <inheritdoc/>
    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => ContainerFaults.TranslateAsync("unpause", id, async () =>
    {
        try
        {
            await _engine.UnpauseContainerAsync(id.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException refusal) when (refusal is not DockerNotFoundException)
        {
            var state = await StateAfterAsync(id, refusal, cancellationToken).ConfigureAwait(false);
            if (state is not ContainerStatus.Running)
            {
                throw state is ContainerStatus.Paused ? ContainerFaults.Of(id, refusal) : new ContainerConflictException(id, refusal.Message, refusal);
            }
        }
    });

    /// <inheritdoc/>
    /// <remarks>
    /// The published port where there is one, on loopback if it is published on all addresses of this machine's engine, or
    /// on the engine's host if that is another machine; else the container's own address in its first network, which only
    /// the engine's machine can reach (and not where the engine runs without root, or in a virtual machine). With the
    /// host's network, the port on loopback or on the engine's host. TCP is preferred where a port is published for several protocols.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 1 to 65535.</exception>
    public Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return ContainerFaults.TranslateAsync(id, () => new DockerAddressFinder(_engine).FindAsync(id, port, cancellationToken));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Always the same one. On an engine of the provider's own it shares its stream with every other watcher of that
    /// endpoint, and goes on when the provider is disposed.
    /// </remarks>
    public IWatcher CreateWatcher() => _watcher;

    /// <summary>Disposes the engine, where it is the provider's own. Idempotent.</summary>
    /// <returns>Completes when that is done.</returns>
    public ValueTask DisposeAsync() => _ownsEngine ? _engine.DisposeAsync() : ValueTask.CompletedTask;

    // Engines differ in how they refuse; what the container is now tells what the refusal meant.
    private async Task<ContainerStatus> StateAfterAsync(ContainerId id, DockerApiException refusal, CancellationToken cancellationToken)
    {
        try
        {
            return DockerStates.StatusOf((await _engine.InspectContainerAsync(id.Value, cancellationToken).ConfigureAwait(false)).State);
        }
        catch (DockerApiException exception) when (exception is not DockerNotFoundException)
        {
            throw ContainerFaults.Of(id, refusal);
        }
    }
}
