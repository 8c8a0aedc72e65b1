using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Files;

/// <summary>Watches one path: written, created, deleted, renamed.</summary>
/// <remarks>
/// <para>
/// The path may not exist yet, at any level, may be a symbolic link (every hop is watched), and may be replaced.
/// <see cref="Event.ActorName"/> is the file's name, the attribute <c>path</c> the whole of it. A file that is moved within
/// its directory is one <see cref="EventAction.FileRenamed"/> with the new name; its path is then waited for again. A file
/// mounted on its own into a container is pinned to its inode: see the warning that is logged then.
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
/// await foreach (var e in new FileWatcher("/var/run/app.pid").Watch(cancellationToken).ReadAllAsync())
///     Console.WriteLine(e); // "created app.pid"
/// </code>
/// </example>
public sealed class FileWatcher : Watcher
{
    private readonly FileWatcherOptions _options;
    private readonly ILogger _logger;
    private readonly LoopSet _loops = new();

    /// <summary>Initializes a watcher of a path.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The path is empty.</exception>
    public FileWatcher(string path)
        : this(new FileWatcherOptions { Path = path })
    {
    }


    /// <summary>Initializes a watcher of what the options name.</summary>
    /// <param name="options">What is watched, and how. Copied.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public FileWatcher(FileWatcherOptions options, ILogger<FileWatcher>? logger = null, TimeProvider? timeProvider = null)
        : base(EventType.File, BaseOptions(options), logger, timeProvider)
    {
        _options = (FileWatcherOptions)options.Copy();
        _options.Path = FilesOptionFaults.Normalize(options.Path);
        _logger = logger ?? NullLogger<FileWatcher>.Instance;
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
        new PathsLoop(new LoopContext(Name, _options, output, _logger, TimeProvider), [_options.Path], byContent: false),
        cancellationToken);

    private static WatcherOptions BaseOptions(FileWatcherOptions options)
    {
        FileWatcherOptionsValidator.Instance.ThrowIfInvalid(options);
        return new WatcherOptions
        {
            Name = options.Name ?? "file:" + FilesOptionFaults.Normalize(options.Path),
            Capacity = options.Capacity,
            RestartOnFailure = true,
        };
    }
}
