using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Files;

/// <summary>Watches files whose content matters: one event for each content that is really another, when it is complete.</summary>
/// <remarks>
/// <para>
/// One <see cref="EventAction.FileWritten"/> after any way of saving: in place, by rename, by an editor's detour over a
/// backup, by a swapped symbolic link (a Kubernetes ConfigMap). None where the content is the same as before, by its hash up
/// to 16 MiB, beyond that by size, time and inode. One <see cref="EventAction.FileDeleted"/> when the file is gone for longer
/// than the settle time. <see cref="Event.ActorName"/> is the file's name, the attribute <c>path</c> the whole of it.
/// </para>
/// <para>
/// On Linux all watchers of the process share one descriptor and one thread; consumers of one path share the kernel's
/// watch, and each gets every event. It promises that every watched path ends in the state last reported, not that every
/// write in between is listed. Stores through a live memory mapping are seen once it is unmapped; poll where that matters.
/// </para>
/// <para>Thread-safe. Needs no disposal.</para>
/// </remarks>
/// <example>
/// <code>
/// await foreach (var e in new ConfigFileWatcher("appsettings.json").Watch(cancellationToken).ReadAllAsync())
///     Reload(); // once, whatever editor saved it
/// </code>
/// </example>
public sealed class ConfigFileWatcher : Watcher
{
    private readonly ConfigFileWatcherOptions _options;
    private readonly ILogger _logger;
    private readonly LoopSet _loops = new();

    /// <summary>Initializes a watcher of one or more files.</summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">There is no path, or an empty one.</exception>
    public ConfigFileWatcher(params string[] paths)
        : this(new ConfigFileWatcherOptions { Paths = paths })
    {
    }


    /// <summary>Initializes a watcher of what the options name.</summary>
    /// <param name="options">What is watched, and how. Copied.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public ConfigFileWatcher(ConfigFileWatcherOptions options, ILogger<ConfigFileWatcher>? logger = null, TimeProvider? timeProvider = null)
        : base(EventType.File, BaseOptions(options), logger, timeProvider)
    {
        _options = (ConfigFileWatcherOptions)options.Copy();
        _options.Paths = [.. options.Paths.Select(FilesOptionFaults.Normalize).Distinct(StringComparer.Ordinal)];
        _logger = logger ?? NullLogger<ConfigFileWatcher>.Instance;
    }

    /// <summary>
    /// Waits until everything that happened to the watched files before this call has been reported to every present
    /// subscription: pending settle times are cut short. What is watched by polling is looked at once. A file that
    /// somebody has open and is writing to is not waited for, and not reported by halves: its turn comes with its close.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when it has been reported; the events can be read then.</returns>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _loops.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) => _loops.RunAsync(
        new PathsLoop(new LoopContext(Name, _options, output, _logger, TimeProvider), [.. _options.Paths], byContent: true),
        cancellationToken);

    private static WatcherOptions BaseOptions(ConfigFileWatcherOptions options)
    {
        ConfigFileWatcherOptionsValidator.Instance.ThrowIfInvalid(options);
        return new WatcherOptions
        {
            Name = options.Name ?? "file:" + string.Join(", ", options.Paths.Select(FilesOptionFaults.Normalize)),
            Capacity = options.Capacity,
            RestartOnFailure = true,
        };
    }
}
