using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle;

/// <summary>All containers of a process that sleep and wake: one <see cref="IdleWatcher"/> each, one event stream a provider, one timer.</summary>
/// <remarks>
/// After <see cref="Start"/> it lists the containers, follows their events, and manages those that the configuration or their
/// labels name. Everything is derived from the provider anew when the process starts again: nothing is started or
/// stopped without need. Disposal stops no container. Thread-safe.
/// </remarks>
public sealed partial class IdleManager : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IdleWatcher> _watchers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ProviderSession> _sessions = [];
    private readonly IdleClock _clock;
    private readonly SharedTimer _timer;
    private readonly WaitingBudget _budget;
    private readonly HealthProbes _probes;
    private readonly ILogger _logger;
    private Task _run = Task.CompletedTask;
    private volatile int _revision;
    private int _isStarted;
    private int _isDisposed;

    /// <summary>Initializes a manager of one provider's containers.</summary>
    /// <param name="provider">The provider. Not disposed.</param>
    /// <param name="options">Which containers, and how; null for those whose labels say so. Copied.</param>
    /// <param name="logger">Where wakes, sleeps and failures are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is out of its range, or dependencies lead in a circle; with every fault.</exception>
    public IdleManager(IContainerProvider provider, IdleOptions? options = null, ILogger<IdleManager>? logger = null, TimeProvider? timeProvider = null)
        : this([KeyValuePair.Create("default", provider)], options, logger, timeProvider)
    {
    }

    /// <summary>Initializes a manager of several providers' containers.</summary>
    /// <param name="providers">The providers by name; containers that name none are the first one's. Not disposed.</param>
    /// <param name="options">Which containers, and how; null for those whose labels say so. Copied.</param>
    /// <param name="logger">Where wakes, sleeps and failures are logged; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no provider, or two have one name.</exception>
    /// <exception cref="OptionsValidationException">An option is out of its range, or dependencies lead in a circle; with every fault.</exception>
    public IdleManager(
        IEnumerable<KeyValuePair<string, IContainerProvider>> providers,
        IdleOptions? options = null,
        ILogger<IdleManager>? logger = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(providers);
        _options = IdleOptionsValidator.Instance.ThrowIfInvalid(options ?? new IdleOptions()).Copy();
        _logger = (ILogger?)logger ?? NullLogger.Instance;
        _clock = new IdleClock(timeProvider ?? TimeProvider.System);
        _budget = new WaitingBudget(_options.MaxWaiting);
        _probes = new HealthProbes(_clock.Provider);
        foreach (var (name, provider) in providers)
        {
            if (provider is null)
            {
                throw new ArgumentException($"The provider \"{name}\" is null.", nameof(providers));
            }

            if (_sessions.Exists(session => string.Equals(session.Name, name, StringComparison.Ordinal)))
            {
                throw new ArgumentException($"Two providers have the name \"{name}\".", nameof(providers));
            }

            _sessions.Add(new ProviderSession(name, provider, this, _clock, _logger));
        }

        if (_sessions.Count == 0)
        {
            throw new ArgumentException("There is no provider.", nameof(providers));
        }

        _timer = new SharedTimer(_clock);
        Replan(listed: null);
    }

    /// <summary>Gets all watchers, in no particular order.</summary>
    public IReadOnlyCollection<IdleWatcher> Watchers => [.. _watchers.Values];

    /// <summary>
    /// Gets a number that grows each time a container is added, removed or managed by other options: whoever keeps an index
    /// of the watchers makes it anew then.
    /// </summary>
    public int Revision => _revision;

    /// <summary>Gets what is wrong with labels and dependencies now; the containers that are named in it are left alone.</summary>
    public IReadOnlyList<IdleConfigurationFault> Faults => _faults;

    internal IdleClock Clock => _clock;

    internal SharedTimer Timer => _timer;

    internal WaitingBudget Budget => _budget;

    /// <summary>Gets what completes when every provider's containers have been listed once. Pending while one can't be reached.</summary>
    public Task Ready => Task.WhenAll(_sessions.Select(static session => session.Listed));

    /// <summary>Begins to follow the containers. Waits for nothing: requests are taken at once. Idempotent.</summary>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            IdleTelemetry.Observe(this);
            _run = Task.Run(() => Task.WhenAll(_sessions.Select(session => session.RunAsync(_stop.Token))));
        }
    }

    /// <summary>Finds the watcher of a container.</summary>
    /// <param name="name">The name under which it is managed.</param>
    /// <param name="watcher">The watcher.</param>
    /// <returns>False where no such container is managed.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out IdleWatcher? watcher)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _watchers.TryGetValue(name, out watcher);
    }

    /// <summary>Finds the watchers of a group.</summary>
    /// <param name="group">The group's name, as <see cref="IdleContainerOptions.Group"/> has it.</param>
    /// <returns>The watchers; none where there is no such group.</returns>
    public IReadOnlyList<IdleWatcher> FindGroup(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return [.. _watchers.Values.Where(watcher => string.Equals(watcher.CurrentOptions.Group, group, StringComparison.Ordinal))];
    }

    /// <summary>Returns how every container is doing, in the order of their names.</summary>
    /// <returns>The snapshots.</returns>
    public IReadOnlyList<IdleSnapshot> Snapshot() =>
        [.. _watchers.Values.OrderBy(static watcher => watcher.Name, StringComparer.Ordinal).Select(static watcher => watcher.Snapshot())];

    /// <summary>
    /// Ends the managing: everybody who waits is told, and work on containers that is under way is waited for, at most
    /// <see cref="IdleOptions.ShutdownTimeout"/>. Containers stay as they are. Idempotent.
    /// </summary>
    /// <returns>The ending.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        IdleWatcher[] all;
        lock (_planGate)
        {
            all = [.. _watchers.Values];
        }

        await Task.WhenAll(all.Select(watcher => EndAsync(watcher, watcher.DisposeAsync()))).ConfigureAwait(false);
        IdleTelemetry.Forget(this);
        _timer.Dispose();
        _probes.Dispose();
    }

    /// <summary>Gets how many leases are held on all containers.</summary>
    internal long CountLeases()
    {
        var count = 0L;
        foreach (var (_, watcher) in _watchers)
        {
            count += watcher.Gate.Count;
        }

        return count;
    }

    private async Task EndAsync(IdleWatcher watcher, Task ending)
    {
        try
        {
            await ending.WaitAsync(_options.ShutdownTimeout, _clock.Provider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.WorkAbandoned(_logger, watcher.Name, _options.ShutdownTimeout);
        }
    }
}
