using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Docker;

/// <summary>Watches the containers of a Docker or Podman engine.</summary>
/// <remarks>
/// <para>
/// All watchers of one engine with the same credentials and settings share one stream, which is opened by the first
/// subscription and closed with the last. The stream is always read, whatever the consumers do: an engine whose events
/// are not read becomes slow for everybody and then drops events silently.
/// </para>
/// <para>
/// Events come in the order in which the engine sent them, each once. After an interruption the stream is resumed with
/// an overlap, what comes twice is dropped, and it is proved by the engine's memory of its last 256 events that nothing
/// was missed; where it can't be proved (the engine was restarted, too much happened) there is exactly one
/// <see cref="EventAction.ForceReload"/>, after the new stream stands, so that a consumer that then lists the containers
/// has missed nothing.
/// </para>
/// <para>
/// <see cref="Event.ActorAttributes"/> are the engine's: image, name, exit code, signal, and all labels. A container's
/// labels overwrite attributes of the same name: a label <c>exitCode=77</c> shows as the exit code.
/// </para>
/// <para>Thread-safe. Needs no disposal.</para>
/// </remarks>
/// <example>
/// <code>
/// await foreach (var e in new DockerWatcher().Watch(cancellationToken).ReadAllAsync())
///     Console.WriteLine(e); // "start web"
/// </code>
/// </example>
public sealed class DockerWatcher : Watcher
{
    /// <summary>
    /// The attribute, with the value <c>true</c>, of events that the engine did not send but that were made from a
    /// list of its containers; see <see cref="DockerWatcherOptions.Snapshot"/>.
    /// </summary>
    public const string SynthesizedAttribute = "eventwatcher.synthesized";

    /// <summary>The streams of this process, one for each engine and set of credentials.</summary>
    private static readonly SharedHubs<DockerHubKey, DockerEventHub, DockerSubscription> Hubs = new();

    private readonly DockerWatcherOptions _options;
    private readonly DockerEndpointResolution? _resolution;
    private readonly ILogger _logger;
    private readonly DockerHubKey _hubKey;

    /// <summary>Initializes a watcher of the engine that the options name.</summary>
    /// <param name="options">Which engine, and how; null for the local one. Copied; the endpoint is decided now.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public DockerWatcher(DockerWatcherOptions? options = null, ILogger<DockerWatcher>? logger = null, TimeProvider? timeProvider = null)
        : this(DockerWatcherOptionsValidator.Resolve(options), engine: null, options, logger, timeProvider)
    {
    }

    /// <summary>Initializes a watcher on an engine object of one's own.</summary>
    /// <param name="engine">The engine, which stays the caller's; it must live as long as somebody watches.</param>
    /// <param name="options">How; null for the defaults. What it says of the endpoint is not used. Copied.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public DockerWatcher(IDockerEngine engine, DockerWatcherOptions? options = null, ILogger<DockerWatcher>? logger = null, TimeProvider? timeProvider = null)
        : this(resolution: null, engine ?? throw new ArgumentNullException(nameof(engine)), options, logger, timeProvider)
    {
    }

    private DockerWatcher(
        DockerEndpointResolution? resolution,
        IDockerEngine? engine,
        DockerWatcherOptions? options,
        ILogger? logger,
        TimeProvider? timeProvider)
        : base(EventType.Docker, BaseOptions(resolution?.Endpoint?.Name ?? engine!.Name, options), logger, timeProvider)
    {
        _options = (options ?? new DockerWatcherOptions()).Copy();
        _resolution = resolution;
        _logger = logger ?? NullLogger.Instance;
        _hubKey = new DockerHubKey(
            engine,
            resolution?.Endpoint,
            Name,
            _options.Timeout,
            _options.Resume,
            _options.RetryDelay,
            _options.MaxRetryDelay,
            _options.AuditInterval,
            TimeProvider);
    }

    /// <summary>Begins to watch with other filters than those of the options.</summary>
    /// <param name="filters">Which events are wanted.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <returns>A subscription of its own.</returns>
    public WatchStream Watch(DockerFilters filters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filters);
        return Watch((output, ct) => SubscribeAsync(output, filters, ct), cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) =>
        SubscribeAsync(output, _options.Filters, cancellationToken);

    private static WatcherOptions BaseOptions(string engineName, DockerWatcherOptions? options)
    {
        options = DockerWatcherOptionsValidator.Instance.ThrowIfInvalid(options ?? new DockerWatcherOptions());
        return new WatcherOptions { Name = options.Name ?? engineName, Capacity = options.Capacity };
    }

    private async Task SubscribeAsync(WatchWriter output, DockerFilters filters, CancellationToken cancellationToken)
    {
        // One for this subscription's lists; the stream has its own, since it may outlive this subscription.
        var engine = _hubKey.Engine ?? NewEngine();
        var snapshot = _options.Snapshot ? new SnapshotKeeper(engine, output, filters, _hubKey, _logger) : null;
        var subscription = new DockerSubscription(output, filters, snapshot);
        Hubs.Join(_hubKey, subscription, () => new DockerEventHub(_hubKey, _hubKey.Engine ?? NewEngine(), _logger));
        try
        {
            await (snapshot?.RunAsync(cancellationToken) ?? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            await Hubs.LeaveAsync(_hubKey, subscription).ConfigureAwait(false);
            if (_hubKey.Engine is null)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private DockerEngine NewEngine() => new(_options, _resolution!, _logger, TimeProvider);
}
