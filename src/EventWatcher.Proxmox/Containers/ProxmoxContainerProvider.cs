using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventWatcher.Proxmox;

/// <summary>The guests of one Proxmox VE cluster, as containers that can be started and stopped.</summary>
/// <remarks>
/// <para>
/// An id is <c>cluster/lxc/101</c>, as lists and events have it, or <c>lxc/101</c>, <c>101</c>, or a name that only one guest
/// has. The node is found anew for each call. Needs <c>VM.Audit</c>, and <c>VM.PowerMgmt</c> for actions.
/// </para>
/// <para>
/// Actions are tasks of the cluster, which are waited for. One whose answer was lost is looked for before it is said again.
/// There are no signals: <see cref="StopAsync"/> asks the guest to shut down, <see cref="KillAsync"/> stops it.
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed partial class ProxmoxContainerProvider : IContainerProvider, IAsyncDisposable
{
    private const int MaxAtOnce = 4;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);
    private static readonly KeyValuePair<string, string>[] NoParameters = [];

    private readonly ProxmoxOptions _options;
    private readonly ProxmoxClient _client;
    private readonly GuestFinder _finder;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly ProxmoxWatcher _watcher;
    private readonly ConcurrentDictionary<GuestId, long> _touched = new();

    /// <summary>Initializes the provider.</summary>
    /// <param name="options">
    /// How the cluster is reached; null for what the environment says. May be <see cref="ProxmoxWatcherOptions"/>, which also
    /// say how <see cref="CreateWatcher"/> watches. Copied.
    /// </param>
    /// <param name="loggerFactory">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock of waiting and time-outs; null for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is not allowed; all that are not are named.</exception>
    public ProxmoxContainerProvider(ProxmoxOptions? options = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        _options = options ?? new ProxmoxOptions();
        var watcherOptions = _options as ProxmoxWatcherOptions ?? new ProxmoxWatcherOptions
        {
            Endpoint = _options.Endpoint,
            Cluster = _options.Cluster,
            Token = _options.Token,
            TokenFile = _options.TokenFile,
            User = _options.User,
            Password = _options.Password,
            PasswordFile = _options.PasswordFile,
            Fingerprint = _options.Fingerprint,
            CertificateAuthorityFile = _options.CertificateAuthorityFile,
            Timeout = _options.Timeout,
            ActionTimeout = _options.ActionTimeout,
            AllowContainerCheckpoints = _options.AllowContainerCheckpoints,
        };
        var connection = ProxmoxWatcherOptionsValidator.Resolve(watcherOptions);
        _options = new ProxmoxOptions { ActionTimeout = watcherOptions.ActionTimeout, AllowContainerCheckpoints = watcherOptions.AllowContainerCheckpoints };
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = loggerFactory?.CreateLogger<ProxmoxContainerProvider>() ?? (ILogger)NullLogger.Instance;
        _watcher = new ProxmoxWatcher(watcherOptions, loggerFactory?.CreateLogger<ProxmoxWatcher>(), timeProvider);
        _client = new ProxmoxClient(connection, _timeProvider);
        _finder = new GuestFinder(_client);
    }

    /// <summary>Gets or sets how often a task is asked after.</summary>
    internal TimeSpan TaskInterval { get; set; } = ProxmoxTaskWaiter.DefaultInterval;

    private GuestActions Actions => new(_client, TaskInterval);

    /// <inheritdoc/>
    /// <remarks>
    /// <see cref="ContainerInfo.Labels"/> are vmid, node, type, tags and pool, as the attributes of events, and what tags say in the
    /// place of labels: the tag <c>eventwatcher-idle-idle-timeout.10m</c> is the label <c>eventwatcher.idle.idle-timeout</c>, <c>10m</c>. The
    /// cluster's list is some seconds old: guests that something was done to lately are asked one by one.
    /// </remarks>
    public Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        ProxmoxContainerFaults.TranslateAsync(default, () => ListCoreAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<ContainerStatus> GetStatusAsync(ContainerId id, CancellationToken cancellationToken = default) => ProxmoxContainerFaults.TranslateAsync(id, async () =>
    {
        try
        {
            return await _finder.OnGuestAsync(
                id,
                async guest => StatusOf(GuestStates.Of((await _client.GetStatusAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false)).Data)),
                cancellationToken).ConfigureAwait(false);
        }
        catch (ProxmoxNotFoundException)
        {
            return ContainerStatus.Missing;
        }
    });

    /// <inheritdoc/>
    /// <remarks>The address is one inside the cluster's network: of a container from its interfaces, in the order of its network devices; of a machine from its guest agent, else from its configuration.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is not from 1 to 65535.</exception>
    public Task<EndPoint> GetEndpointAsync(ContainerId id, int port, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        return ProxmoxContainerFaults.TranslateAsync(id, () => _finder.OnGuestAsync(id, FindEndpointAsync, cancellationToken));

        async Task<EndPoint> FindEndpointAsync(Suspicion guest)
        {
            var state = GuestStates.Of((await _client.GetStatusAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false)).Data);
            if (state is not (GuestState.Running or GuestState.Paused))
            {
                throw new ContainerConflictException(id, $"Guest {guest.Id} does not run, so it has no address.");
            }

            return new IPEndPoint(
                await new GuestAddresses(_client).FindAsync(guest, cancellationToken).ConfigureAwait(false)
                    ?? throw new ContainerConflictException(id, $"Guest {guest.Id} has no address (yet): neither its interfaces nor its configuration name one."),
                port);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Always the same one. It shares its polling with every other watcher of the cluster with the same options, and goes on when the provider is disposed.</remarks>
    public IWatcher CreateWatcher() => _watcher;

    /// <summary>Closes the connections. Idempotent.</summary>
    /// <returns>Completes when that is done.</returns>
    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static ContainerStatus StatusOf(GuestState state) => state switch
    {
        GuestState.Stopped => ContainerStatus.Stopped,
        GuestState.Running => ContainerStatus.Running,
        GuestState.Paused => ContainerStatus.Paused,
        _ => ContainerStatus.Error,
    };

    private async Task<IReadOnlyList<ContainerInfo>> ListCoreAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetResourcesAsync(cancellationToken).ConfigureAwait(false);
        var touched = await TouchedAsync(answer.ServerTime, cancellationToken).ConfigureAwait(false);
        var found = new ConcurrentDictionary<GuestId, ContainerInfo>();
        await Parallel.ForEachAsync(
            answer.Data,
            new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (row, token) =>
            {
                if (!row.IsGuest(out var id))
                {
                    return;
                }

                var state = GuestStates.Of(row);
                if (state is GuestState.Unknown || touched.Contains(id.Vmid))
                {
                    state = await AskAsync(new Suspicion(id, row.Node!), token).ConfigureAwait(false);
                }

                found[id] = new ContainerInfo
                {
                    Id = new ContainerId(id.Qualified(_client.Cluster)),
                    Name = row.Name is { Length: > 0 } name ? name : id.ToString(),
                    Status = StatusOf(state),
                    Labels = LabelsOf(id, row),
                };
            }).ConfigureAwait(false);
        return [.. found.OrderBy(static entry => entry.Key.Vmid).Select(static entry => entry.Value)];
    }

    private static Dictionary<string, string> LabelsOf(GuestId id, ProxmoxResource row)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ProxmoxWatcher.VmidAttribute] = id.Vmid.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [ProxmoxWatcher.NodeAttribute] = row.Node!,
            [ProxmoxWatcher.TypeAttribute] = id.KindWord,
        };
        if (row.Tags is { Length: > 0 } tags)
        {
            labels[ProxmoxWatcher.TagsAttribute] = tags;
            GuestTags.AddLabels(tags, labels);
        }

        if (row.Pool is { Length: > 0 } pool)
        {
            labels[ProxmoxWatcher.PoolAttribute] = pool;
        }

        return labels;
    }

    private async Task<GuestState> AskAsync(Suspicion guest, CancellationToken cancellationToken)
    {
        try
        {
            return GuestStates.Of((await _client.GetStatusAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false)).Data);
        }
        catch (Exception exception) when (exception is ProxmoxNodeUnreachableException or ProxmoxNotFoundException or ProxmoxForbiddenException or ProxmoxServerException)
        {
            // On a node that is away, or on its way to another.
            Log.ConfirmationFailed(_logger, _client.Cluster, guest.Id, exception.Message);
            return GuestState.Unknown;
        }
    }

    /// <summary>The guests that something was done to so lately that the list may not know: by us, and by others as far as we may see that.</summary>
    private async Task<HashSet<int>> TouchedAsync(DateTimeOffset serverTime, CancellationToken cancellationToken)
    {
        foreach (var (id, time) in _touched)
        {
            if (_timeProvider.GetElapsedTime(time) > Freshness)
            {
                _touched.TryRemove(id, out _);
            }
        }

        var touched = _touched.Keys.Select(static id => id.Vmid).ToHashSet();
        var tasks = (await _client.GetTasksAsync(cancellationToken).ConfigureAwait(false)).Data.Select(TaskRecord.Of).OfType<TaskRecord>();
        touched.UnionWith(tasks.Where(task => task.IsRunning || task.Latest >= serverTime - Freshness).Select(static task => task.Upid.Vmid));
        return touched;
    }
}
