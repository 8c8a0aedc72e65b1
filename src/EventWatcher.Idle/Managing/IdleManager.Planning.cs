namespace EventWatcher.Idle;

// Which containers are managed, and how: configuration, labels, dependencies.
public sealed partial class IdleManager : ITimed
{
    // How long a container that is gone is still expected to come back under its name.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _planGate = new();
    private readonly Dictionary<string, long> _missingSince = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WatcherServices> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _ending = new(StringComparer.Ordinal);
    private readonly ConcurrentIndex _byId = new();
    private volatile IdleOptions _options;
    private volatile IReadOnlyList<IdleConfigurationFault> _faults = [];

    /// <summary>Manages a container by code, or finds the watcher that manages it already. Atomic: there is one watcher a container.</summary>
    /// <param name="name">The container's name.</param>
    /// <param name="options">By what it is managed where it isn't yet; null for <see cref="IdleOptions.Defaults"/>. Copied.</param>
    /// <returns>The watcher.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range, or dependencies lead in a circle.</exception>
    /// <exception cref="InvalidOperationException">It can't be managed: its provider is unknown, or dependencies by labels lead in a circle. Nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public IdleWatcher GetOrAdd(string name, IdleContainerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (_watchers.TryGetValue(name, out var known))
        {
            return known;
        }

        lock (_planGate)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            if (_watchers.TryGetValue(name, out known))
            {
                return known;
            }

            if (TryAddAlone(name, options ?? _options.Defaults) is { } alone)
            {
                return alone;
            }

            var changed = _options.Copy();
            changed.Containers[name] = (options ?? changed.Defaults).Copy();
            IdleOptionsValidator.Instance.ThrowIfInvalid(changed);
            var plan = new ContainerPlanner(changed, _sessions).Plan();
            if (!plan.Plans.ContainsKey(name))
            {
                throw new InvalidOperationException($"{name} can't be managed: {string.Join(" ", plan.Faults.Where(fault => string.Equals(fault.Container, name, StringComparison.Ordinal)))}");
            }

            _options = changed;
            Follow(plan, listed: null);
            return _watchers[name];
        }
    }

    // One that needs nothing, and of which nothing was wrong, changes no other: thousands are added without a plan of all each time.
    private IdleWatcher? TryAddAlone(string name, IdleContainerOptions options)
    {
        var session = _sessions.FirstOrDefault(candidate => options.Provider is null || string.Equals(candidate.Name, options.Provider, StringComparison.Ordinal));
        var info = session?.Find(name);
        if (session is null
            || options.DependsOn.Count > 0
            || name.Contains(':', StringComparison.Ordinal)
            || _faults.Any(fault => string.Equals(fault.Container, name, StringComparison.Ordinal))
            || (info is not null && (LabelReader.HasComposeDependencies(info) || !string.Equals(info.Name, name, StringComparison.Ordinal))))
        {
            return null;
        }

        var validator = new IdleContainerOptionsValidator($"{nameof(IdleOptions)}.{nameof(IdleOptions.Containers)}.{name}");
        var copy = options.Copy();
        if (validator.Validate(name: null, copy).Failed)
        {
            return null;
        }

        _options.Containers[name] = copy;
        Manage(name, new ContainerPlan(copy, session, info, IsConfigured: true), listed: null, isReconfigured: false, runsToItsEnd: false);
        return _watchers[name];
    }

    /// <summary>
    /// Takes other options: containers that are new are managed, others no longer, and those that stay go by the new rules;
    /// what is under way goes on by the old ones. Nothing is started or stopped by it.
    /// </summary>
    /// <param name="options">The options. Copied.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; nothing was changed.</exception>
    public void Reload(IdleOptions options)
    {
        var copy = IdleOptionsValidator.Instance.ThrowIfInvalid(options).Copy();
        lock (_planGate)
        {
            _options = copy;
            _budget.Limit = copy.MaxWaiting;
            Replan(listed: null, isReconfigured: true);
        }
    }

    /// <inheritdoc/>
    int ITimed.PlaceInTimer { get; set; }

    /// <inheritdoc/>
    void ITimed.OnTime() => _sessions.ForEach(static session => session.WantList());

    internal void OnListed(ProviderSession session) => Replan(session);

    internal void OnEvent(ProviderSession session, Event item)
    {
        if (item.Action == EventAction.ForceReload)
        {
            session.WantList();
            return;
        }

        if (!item.Action.IsContainer)
        {
            return;
        }

        if (item.Action.Has(EventAction.ContainerCreate | EventAction.ContainerRename | EventAction.ContainerUpdate | EventAction.ContainerDestroy))
        {
            // Names, labels or both have changed.
            session.WantList();
        }

        if (item.Action.Has(EventAction.ContainerCreate)
            && _watchers.TryGetValue(item.ActorName, out var named)
            && item.ActorId.Length > 0
            && ReferenceEquals(_byId.SessionOf(named), session))
        {
            _byId.Bind(item.ActorId, named);
            named.OnBound(new ContainerId(item.ActorId));
        }

        if (_byId.Find(item.ActorId) is { } watcher || (_watchers.TryGetValue(item.ActorName, out watcher) && IsPerhaps(watcher, session, item)))
        {
            watcher.OnEvent(item);
        }
    }

    // By name only while nobody knows the id: a name may have passed from one container to another.
    private bool IsPerhaps(IdleWatcher watcher, ProviderSession session, Event item) =>
        ReferenceEquals(_byId.SessionOf(watcher), session)
        && (watcher.Id == default || item.ActorId.Length == 0 || string.Equals(watcher.Id.Value, item.ActorId, StringComparison.Ordinal));

    private void Replan(ProviderSession? listed, bool isReconfigured = false)
    {
        lock (_planGate)
        {
            if (Volatile.Read(ref _isDisposed) == 0)
            {
                Follow(new ContainerPlanner(_options, _sessions).Plan(), listed, isReconfigured);
            }
        }
    }

    private void Follow(ContainerPlanner plan, ProviderSession? listed, bool isReconfigured = false)
    {
        ReportFaults(plan.Faults);
        var added = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, container) in plan.Plans)
        {
            if (Manage(name, container, listed, isReconfigured, plan.RunToTheirEnd.Contains(name)))
            {
                added.Add(name);
            }
        }

        foreach (var (name, watcher) in _watchers)
        {
            if (!plan.Plans.ContainsKey(name))
            {
                Unmanage(name, watcher, plan.Faults, isReconfigured);
            }
            else if (added.Count > 0 && watcher.CurrentOptions.Dependencies.Any(need => added.Contains(need.Name)))
            {
                watcher.OnDependenciesReplaced();
            }
        }
    }

    /// <summary>Sees to it that a container is managed as planned.</summary>
    /// <returns>Whether it was not managed before.</returns>
    private bool Manage(string name, ContainerPlan plan, ProviderSession? listed, bool isReconfigured, bool runsToItsEnd)
    {
        _missingSince.Remove(name);
        var isNew = !_watchers.TryGetValue(name, out var watcher);
        if (watcher is null)
        {
            watcher = new IdleWatcher(name, plan.Options, ServicesOf(plan.Session), plan.Info?.Id, _ending.GetValueOrDefault(name));
            _byId.Add(watcher, plan.Session);
            _watchers[name] = watcher;
            _revision++;
        }
        else if (isReconfigured || !watcher.CurrentOptions.IsSameAs(plan.Options))
        {
            watcher.Configure(plan.Options);
            _revision++;
        }

        watcher.RunsToItsEnd = runsToItsEnd;
        if (plan.Info is { } info)
        {
            _byId.Bind(info.Id.Value, watcher);
        }

        if (ReferenceEquals(listed, plan.Session) || (isNew && plan.Session.IsListed))
        {
            watcher.OnListed(plan.Info);
        }

        return isNew;
    }

    private void Unmanage(string name, IdleWatcher watcher, IReadOnlyList<IdleConfigurationFault> faults, bool isReconfigured)
    {
        // It may be in the middle of being made anew; a fault in its labels, or new options, leave no doubt.
        var isDoubtful = !isReconfigured
            && !faults.Any(fault => string.Equals(fault.Container, name, StringComparison.Ordinal))
            && _byId.SessionOf(watcher)?.Find(name) is null;
        if (isDoubtful)
        {
            if (_missingSince.TryAdd(name, _clock.Now))
            {
                watcher.OnListed(info: null);
                _timer.Schedule(this, _clock.After(Patience));
                return;
            }

            if (_clock.Since(_missingSince[name]) < Patience)
            {
                return;
            }
        }

        Log.Unmanaged(_logger, name);
        _missingSince.Remove(name);
        _byId.Remove(watcher);
        _watchers.TryRemove(name, out _);
        _revision++;
        var ending = watcher.DisposeAsync();
        _ = EndAsync(watcher, ending);

        // Who manages it next waits for what is still under way.
        var work = Task.WhenAll(ending, _ending.GetValueOrDefault(name) ?? Task.CompletedTask);
        _ending[name] = work;
        _ = ForgetAsync(name, work);
    }

    private async Task ForgetAsync(string name, Task work)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_planGate)
        {
            if (_ending.TryGetValue(name, out var latest) && ReferenceEquals(latest, work))
            {
                _ending.Remove(name);
            }
        }
    }

    private void ReportFaults(IReadOnlyList<IdleConfigurationFault> faults)
    {
        foreach (var fault in faults.Except(_faults))
        {
            Log.LabelRefused(_logger, fault.Container, fault.ToString());
        }

        _faults = faults;
    }

    private WatcherServices ServicesOf(ProviderSession session) => _services.TryGetValue(session.Name, out var known) ? known : _services[session.Name] = new WatcherServices
    {
        Provider = session.Provider,
        Clock = _clock,
        Timer = _timer,
        Budget = _budget,
        Probes = _probes,
        Logger = _logger,
        FindId = session.FindIdAsync,
        FindDependency = name => _watchers.GetValueOrDefault(name),
    };
}
