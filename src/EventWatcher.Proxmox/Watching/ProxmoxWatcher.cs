using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Proxmox;

/// <summary>Watches the guests, containers and virtual machines, of a Proxmox VE cluster.</summary>
/// <remarks>
/// <para>
/// The API pushes nothing, so it is polled, by one for all watchers of a cluster with the same options: the list of tasks
/// every second, the list of guests every three; and each change that they suggest is confirmed by the guest's exact
/// state before it becomes an event. Nothing is inferred from absence: a node that is not heard, a guest that may not be
/// seen, an error keep what was known, and are reported.
/// </para>
/// <para>
/// Events are create, start, die, stop (after a die that a task explains), pause, unpause, rename, update (another node, other tags),
/// destroy, each once, in the order in which things happened, as far as they were seen apart. A guest that was
/// stopped and started between two looks gives both events; what came and went otherwise is not seen.
/// </para>
/// <para>The first look is a silent baseline. Thread-safe. Needs no disposal.</para>
/// </remarks>
/// <example>
/// <code>
/// var watcher = new ProxmoxWatcher(new ProxmoxWatcherOptions { Endpoint = "https://pve1:8006", TokenFile = "token", Fingerprint = "AA:BB:…" });
/// await foreach (var e in watcher.Watch(cancellationToken).ReadAllAsync())
///     Console.WriteLine(e); // "start web"
/// </code>
/// </example>
public sealed class ProxmoxWatcher : Watcher
{
    /// <summary>The attribute with the guest's number.</summary>
    public const string VmidAttribute = "vmid";

    /// <summary>The attribute with the node that the guest is on.</summary>
    public const string NodeAttribute = "node";

    /// <summary>The attribute with the guest's kind: <c>lxc</c> or <c>qemu</c>.</summary>
    public const string TypeAttribute = "type";

    /// <summary>The attribute with the guest's tags, with semicolons between them; absent where there are none.</summary>
    public const string TagsAttribute = "tags";

    /// <summary>The attribute with the guest's pool; absent where there is none.</summary>
    public const string PoolAttribute = "pool";

    /// <summary>The attribute that says why: <c>requested</c>, by a task, or <c>spontaneous</c>.</summary>
    public const string CauseAttribute = "cause";

    /// <summary>The attribute with the user or token that requested it.</summary>
    public const string UserAttribute = "user";

    /// <summary>The attribute with the identifier (UPID) of the task that did it.</summary>
    public const string TaskAttribute = "task";

    /// <summary>The attribute of an update with the node that the guest was on before.</summary>
    public const string PreviousNodeAttribute = "previousNode";

    /// <summary>The attribute of a rename with the name from before.</summary>
    public const string PreviousNameAttribute = "oldName";

    /// <summary>The attribute of an update with the tags from before, with semicolons between them.</summary>
    public const string PreviousTagsAttribute = "previousTags";

    /// <summary>The attribute, with the value <c>true</c>, of events that were found by comparison after an outage.</summary>
    public const string SynthesizedAttribute = "eventwatcher.synthesized";

    /// <summary>What polls clusters for this process.</summary>
    private static readonly SharedHubs<ProxmoxHubKey, ProxmoxHub, WatchWriter> Hubs = new();

    private readonly ILogger _logger;
    private readonly ProxmoxHubKey _key;

    /// <summary>Initializes a watcher.</summary>
    /// <param name="options">Which cluster, and how; null for what the environment says. Copied.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public ProxmoxWatcher(ProxmoxWatcherOptions? options = null, ILogger<ProxmoxWatcher>? logger = null, TimeProvider? timeProvider = null)
        : this(ProxmoxWatcherOptionsValidator.Resolve(options), options ?? new ProxmoxWatcherOptions(), logger, timeProvider)
    {
    }

    private ProxmoxWatcher(ProxmoxConnection connection, ProxmoxWatcherOptions options, ILogger? logger, TimeProvider? timeProvider)
        : base(EventType.Proxmox, new WatcherOptions { Name = options.Name ?? connection.Cluster, Capacity = options.Capacity }, logger, timeProvider)
    {
        _logger = logger ?? NullLogger.Instance;
        _key = new ProxmoxHubKey(connection, Name, options.TasksInterval, options.ResourcesInterval, options.MaxConfirmations, TimeProvider);
    }

    /// <summary>Gets what polls the cluster; null while nobody watches.</summary>
    internal ProxmoxHub? Hub => Hubs.Find(_key);

    /// <inheritdoc/>
    protected override async Task WatchAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        Hubs.Join(_key, output, () => new ProxmoxHub(_key, _logger));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await Hubs.LeaveAsync(_key, output).ConfigureAwait(false);
        }
    }
}
