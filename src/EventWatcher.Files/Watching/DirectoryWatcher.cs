using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Files;

/// <summary>Watches a directory, with <see cref="DirectoryWatcherOptions.Recursive"/> a tree of them.</summary>
/// <remarks>
/// <para>
/// <see cref="Event.ActorName"/> is the path below the directory, with slashes on every platform; the directory itself is
/// <c>.</c>. <see cref="Event.ActorAttributes"/> are those of <see cref="FileAttributeNames"/>. A new file is reported when
/// it is closed or quiet, a written one when it is closed, or after two seconds without a write; a name that is born and
/// gone within the settle time is not reported, but for the minute after the force-reload of an overflow was read: who
/// lists then may have seen it, so that its end is a <see cref="EventAction.FileDeleted"/>, and a new directory is one
/// after a <see cref="EventAction.FileDeleted"/> of what had its name. Events of one name come in order, a directory before what is in it.
/// </para>
/// <para>
/// The directory may not exist yet, may be a link, and may be replaced: its going is one <see cref="EventAction.FileDeleted"/>
/// of <c>.</c> after those of what was in it, its coming one <see cref="EventAction.FileCreated"/>.
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
/// await foreach (var e in new DirectoryWatcher("conf.d").Watch(cancellationToken).ReadAllAsync())
///     Console.WriteLine(e); // "written site.yaml"
/// </code>
/// </example>
public sealed class DirectoryWatcher : Watcher
{
    private readonly DirectoryWatcherOptions _options;
    private readonly ILogger _logger;
    private readonly LoopSet _loops = new();

    /// <summary>Initializes a watcher of a directory.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="recursive">Whether the directories below it are watched too.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The path is empty.</exception>
    public DirectoryWatcher(string path, bool recursive = false)
        : this(new DirectoryWatcherOptions { Path = path, Recursive = recursive })
    {
    }


    /// <summary>Initializes a watcher of what the options name.</summary>
    /// <param name="options">What is watched, and how. Copied.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public DirectoryWatcher(DirectoryWatcherOptions options, ILogger<DirectoryWatcher>? logger = null, TimeProvider? timeProvider = null)
        : base(EventType.File, BaseOptions(options), logger, timeProvider)
    {
        _options = (DirectoryWatcherOptions)options.Copy();
        _options.Path = FilesOptionFaults.Normalize(options.Path);
        _options.Include = [.. options.Include];
        _options.Exclude = [.. options.Exclude];
        _logger = logger ?? NullLogger<DirectoryWatcher>.Instance;
    }

    /// <summary>
    /// Waits until everything that happened to the watched files before this call has been reported to every present
    /// subscription: pending settle times are cut short. What is watched by polling is looked at once. A file that
    /// somebody has open and is writing to is not reported by halves: its close is waited for, up to one second, and
    /// reported when it comes.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Completes when it has been reported; the events can be read then.</returns>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _loops.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    protected override Task WatchAsync(WatchWriter output, CancellationToken cancellationToken) => _loops.RunAsync(
        new TreeLoop(new LoopContext(Name, _options, output, _logger, TimeProvider), _options.Path, _options),
        cancellationToken);

    private static WatcherOptions BaseOptions(DirectoryWatcherOptions options)
    {
        DirectoryWatcherOptionsValidator.Instance.ThrowIfInvalid(options);
        return new WatcherOptions
        {
            Name = options.Name ?? "file:" + FilesOptionFaults.Normalize(options.Path),
            Capacity = options.Capacity,
            RestartOnFailure = true,
        };
    }
}
