using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher;

/// <summary>The base class of every watcher, also of one's own: override one method and all promises are kept.</summary>
/// <remarks>
/// <para>
/// The base owns the channels, their bounds and their completion, gives each subscription a run of
/// <see cref="WatchAsync"/> of its own, reports what escapes from it, and ends it promptly on cancellation.
/// </para>
/// <para>Thread-safe. A watcher holds nothing while nobody watches.</para>
/// </remarks>
/// <example>
/// <code>
/// sealed class ClockWatcher(TimeSpan period) : Watcher(new EventType("clock"))
/// {
///     protected override async Task WatchAsync(WatchWriter output, CancellationToken ct)
///     {
///         using var timer = new PeriodicTimer(period);
///         output.SetReady();
///         while (await timer.WaitForNextTickAsync(ct))
///             output.Emit(new Event { Type = Type, Action = EventAction.Custom(0), ActorName = "tick" });
///     }
/// }
/// </code>
/// </example>
public abstract class Watcher : IWatcher
{
    private readonly WatcherOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;

    /// <summary>Initializes the watcher.</summary>
    /// <param name="type">The type of its events.</param>
    /// <param name="options">What else it may be told; null for the defaults. Copied.</param>
    /// <param name="logger">Where losses and escaped exceptions are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    protected Watcher(EventType type, WatcherOptions? options = null, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        options = WatcherOptionsValidator.Instance.ThrowIfInvalid(options ?? new WatcherOptions());
        Type = type;
        _options = new WatcherOptions
        {
            Name = options.Name ?? GetType().Name,
            Capacity = options.Capacity,
            RestartOnFailure = options.RestartOnFailure,
            RestartDelay = options.RestartDelay,
            MaxRestartDelay = options.MaxRestartDelay,
            StopTimeout = options.StopTimeout,
        };
        _logger = logger ?? NullLogger.Instance;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the watcher's name, the <see cref="Event.Source"/> of its events.</summary>
    public string Name => _options.Name!;

    /// <summary>Gets the type of its events.</summary>
    protected EventType Type { get; }

    /// <summary>Gets the clock it was given.</summary>
    protected TimeProvider TimeProvider => _timeProvider;

    /// <summary>Makes a watcher of a delegate, for tests and small needs.</summary>
    /// <param name="type">The type of its events.</param>
    /// <param name="watch">What <see cref="WatchAsync"/> does.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The watcher.</returns>
    public static Watcher Create(
        EventType type,
        Func<WatchWriter, CancellationToken, Task> watch,
        WatcherOptions? options = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(watch);
        return new DelegateWatcher(type, watch, options, timeProvider);
    }

    /// <inheritdoc/>
    public WatchStream Watch(CancellationToken cancellationToken = default) => Watch(WatchAsync, cancellationToken);

    /// <summary>Begins a subscription that does something else than <see cref="WatchAsync"/>, such as watching with a filter.</summary>
    /// <param name="watch">What is run for this subscription, by the rules of <see cref="WatchAsync"/>.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <returns>The subscription.</returns>
    protected WatchStream Watch(Func<WatchWriter, CancellationToken, Task> watch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(watch);
        var stream = new WatchStream(Type, _options, _logger, _timeProvider);
        stream.Start(watch, cancellationToken);
        return stream;
    }

    /// <summary>Watches until there is no more to say, or the token is cancelled.</summary>
    /// <remarks>
    /// Runs on the thread pool, once for each subscription. Returning ends the subscription as complete. An exception
    /// is reported and ends it as failed, or runs the method again; see <see cref="WatcherOptions.RestartOnFailure"/>.
    /// </remarks>
    /// <param name="output">
    /// Where events and errors go. Call <see cref="WatchWriter.SetReady"/> once subscribed; the first event does it too.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the subscription ends.</param>
    /// <returns>The watching.</returns>
    protected abstract Task WatchAsync(WatchWriter output, CancellationToken cancellationToken);
}
