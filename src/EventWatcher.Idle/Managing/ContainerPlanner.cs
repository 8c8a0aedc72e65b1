namespace EventWatcher.Idle;

/// <summary>Makes of configuration, labels and dependencies what is to be managed and how.</summary>
internal sealed class ContainerPlanner(IdleOptions options, IReadOnlyList<ProviderSession> sessions)
{
    private readonly Dictionary<string, ContainerPlan> _plans = new(StringComparer.Ordinal);
    private readonly HashSet<string> _leftAlone = new(StringComparer.Ordinal);
    private readonly List<IdleConfigurationFault> _faults = [];

    public IReadOnlyDictionary<string, ContainerPlan> Plans => _plans;

    public IReadOnlyList<IdleConfigurationFault> Faults => _faults;

    /// <summary>Gets what others wait for the end of.</summary>
    public HashSet<string> RunToTheirEnd { get; } = new(StringComparer.Ordinal);

    public ContainerPlanner Plan()
    {
        AddConfigured();
        foreach (var session in sessions)
        {
            AddLabelled(session);
        }

        AddDependencies();
        LeaveCirclesAlone();
        foreach (var need in _plans.Values.SelectMany(static plan => plan.Options.Dependencies).Where(static need => need.Condition == DependencyCondition.Completed))
        {
            RunToTheirEnd.Add(need.Name);
        }

        return this;
    }

    private void AddConfigured()
    {
        foreach (var (name, container) in options.Containers)
        {
            var session = sessions.FirstOrDefault(candidate => container.Provider is null || string.Equals(candidate.Name, container.Provider, StringComparison.Ordinal));
            if (session is null)
            {
                _faults.Add(new IdleConfigurationFault(
                    name, nameof(IdleContainerOptions.Provider), container.Provider ?? "", string.Join(", ", sessions.Select(static known => known.Name))));
                _leftAlone.Add(name);
                continue;
            }

            var info = session.Find(name);
            var result = container.Copy();
            if (info is not null)
            {
                LabelReader.AddComposeDependencies(result, info, session.FindService);
            }

            _plans.Add(name, new ContainerPlan(result, session, info, IsConfigured: true));
        }
    }

    private void AddLabelled(ProviderSession session)
    {
        var reader = new LabelReader(options);
        foreach (var info in session.Containers)
        {
            // Configuration may know it by its id, too.
            if (options.Containers.ContainsKey(info.Name) || options.Containers.ContainsKey(info.Id.Value))
            {
                continue;
            }

            var before = _faults.Count;
            if (reader.Read(info, _faults) is not { } result)
            {
                if (_faults.Count > before)
                {
                    _leftAlone.Add(info.Name);
                }

                continue;
            }

            if (_plans.TryGetValue(info.Name, out var other))
            {
                _faults.Add(new IdleConfigurationFault(info.Name, LabelReader.Prefix + "*", info.Name, $"a name that the containers of {other.Session.Name} don't have, too"));
                continue;
            }

            LabelReader.AddComposeDependencies(result, info, session.FindService);
            _plans.Add(info.Name, new ContainerPlan(result, session, info, IsConfigured: false));
        }
    }

    // What is only needed by others is managed too: it sleeps when the last of them does.
    private void AddDependencies()
    {
        var pending = new Queue<ContainerPlan>(_plans.Values);
        while (pending.TryDequeue(out var plan))
        {
            foreach (var need in plan.Options.Dependencies)
            {
                if (_plans.ContainsKey(need.Name) || _leftAlone.Contains(need.Name))
                {
                    continue;
                }

                var needed = options.Defaults.Copy();
                needed.IdleTimeout = Timeout.InfiniteTimeSpan;
                var info = plan.Session.Find(need.Name);
                if (info is not null)
                {
                    LabelReader.AddComposeDependencies(needed, info, plan.Session.FindService);
                }

                var added = new ContainerPlan(needed, plan.Session, info, IsConfigured: plan.IsConfigured);
                _plans.Add(need.Name, added);
                pending.Enqueue(added);
            }
        }
    }

    private void LeaveCirclesAlone()
    {
        var edges = _plans.ToDictionary(static pair => pair.Key, static pair => pair.Value.Options.Dependencies, StringComparer.Ordinal);
        foreach (var (name, path) in DependencyGraph.FindCycles(edges))
        {
            _faults.Add(new IdleConfigurationFault(
                name, LabelReader.Prefix + "depends-on", string.Join(", ", edges[name]), $"dependencies without a circle such as {path}"));
            _plans.Remove(name);
        }
    }
}
