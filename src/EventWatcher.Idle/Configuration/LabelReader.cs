namespace EventWatcher.Idle;

/// <summary>Reads how a container is to be managed from its labels.</summary>
internal sealed class LabelReader(IdleOptions options)
{
    public const string Prefix = "eventwatcher.idle.";
    private const string Enable = "enable";
    private const string GoDoxyPrefix = "proxy.";
    private const string ComposeDependsOn = "com.docker.compose.depends_on";
    private const string ComposeProject = "com.docker.compose.project";
    private const string ComposeService = "com.docker.compose.service";

    /// <summary>Reads one container's labels.</summary>
    /// <param name="container">The container.</param>
    /// <param name="faults">Where everything that is wrong is added.</param>
    /// <returns>How it is managed; null where it isn't, or where something is wrong.</returns>
    public IdleContainerOptions? Read(ContainerInfo container, List<IdleConfigurationFault> faults)
    {
        var before = faults.Count;
        var result = options.Defaults.Copy();
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var isManaged = options.ReadSablierLabels && ReadSablier(container, result, faults);
        isManaged |= options.ReadGoDoxyLabels && ReadGoDoxy(container, result, sources, faults);
        isManaged = (options.ReadLabels ? ReadOwn(container, result, sources, faults) : null) ?? isManaged;
        if (!isManaged || faults.Count > before)
        {
            return null;
        }

        foreach (var failure in IdleContainerOptionsValidator.Instance.Validate(name: null, result).Failures ?? [])
        {
            faults.Add(FaultOf(container, failure, sources));
        }

        return faults.Count > before ? null : result;
    }

    /// <summary>Adds what Compose says a container depends on, where nothing else was said.</summary>
    /// <param name="result">The container's options.</param>
    /// <param name="container">The container.</param>
    /// <param name="find">Finds a container by Compose's project and service.</param>
    public static void AddComposeDependencies(IdleContainerOptions result, ContainerInfo container, Func<string, string, ContainerInfo?> find)
    {
        if (result.DependsOn.Count > 0
            || !container.Labels.TryGetValue(ComposeDependsOn, out var text)
            || !container.Labels.TryGetValue(ComposeProject, out var project))
        {
            return;
        }

        foreach (var word in LabelRules.Words(text))
        {
            // service:condition:restart
            var parts = word.Split(':');
            var condition = parts.Length > 1 ? parts[1] : "service_started";
            if (find(project, parts[0]) is { } needed && IdleDependency.TryParse($"{needed.Name}:{condition}", out var dependency))
            {
                result.DependsOn.Add(dependency.ToString());
            }
        }
    }

    /// <summary>Says whether Compose wrote on a container what it depends on.</summary>
    public static bool HasComposeDependencies(ContainerInfo container) => container.Labels.ContainsKey(ComposeDependsOn);

    /// <summary>Reads of which Compose project and service a container is.</summary>
    public static (string Project, string Service)? ServiceOf(ContainerInfo container) =>
        container.Labels.TryGetValue(ComposeProject, out var project) && container.Labels.TryGetValue(ComposeService, out var service) ? (project, service) : null;

    // Null where nothing is said.
    private static bool? ReadOwn(ContainerInfo container, IdleContainerOptions result, Dictionary<string, string> sources, List<IdleConfigurationFault> faults)
    {
        bool? isManaged = null;
        foreach (var (label, text) in container.Labels)
        {
            if (!label.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var key = label[Prefix.Length..];
            if (key is Enable)
            {
                continue;
            }

            isManaged = true;
            if (LabelRules.Own.TryGetValue(key, out var rule))
            {
                Apply(container, label, text, rule, result, sources, faults);
            }
            else
            {
                var guess = NearestName.Of(key, LabelRules.Own.Keys);
                faults.Add(new IdleConfigurationFault(container.Name, label, text, guess is null
                    ? $"no such label; there are {Prefix}{string.Join(", ", LabelRules.Own.Keys.Order(StringComparer.Ordinal))}"
                    : $"no such label; {Prefix}{guess} was meant, perhaps"));
            }
        }

        if (container.Labels.TryGetValue(Prefix + Enable, out var enable))
        {
            if (!bool.TryParse(enable, out var isEnabled))
            {
                faults.Add(new IdleConfigurationFault(container.Name, Prefix + Enable, enable, "true or false"));
            }
            else
            {
                isManaged = isEnabled;
            }
        }

        return isManaged;
    }

    private static bool ReadSablier(ContainerInfo container, IdleContainerOptions result, List<IdleConfigurationFault> faults)
    {
        if (!container.Labels.TryGetValue("sablier.enable", out var enable))
        {
            return false;
        }

        if (!bool.TryParse(enable, out var isEnabled))
        {
            faults.Add(new IdleConfigurationFault(container.Name, "sablier.enable", enable, "true or false"));
            return false;
        }

        if (container.Labels.TryGetValue("sablier.group", out var group) && group.Length > 0)
        {
            result.Group = group;
        }

        return isEnabled;
    }

    // GoDoxy manages what has an idle time-out.
    private static bool ReadGoDoxy(ContainerInfo container, IdleContainerOptions result, Dictionary<string, string> sources, List<IdleConfigurationFault> faults)
    {
        if (!container.Labels.ContainsKey(GoDoxyPrefix + "idle_timeout")
            || (container.Labels.TryGetValue(GoDoxyPrefix + "exclude", out var exclude) && bool.TryParse(exclude, out var isExcluded) && isExcluded))
        {
            return false;
        }

        foreach (var (key, rule) in LabelRules.GoDoxy)
        {
            if (container.Labels.TryGetValue(GoDoxyPrefix + key, out var text))
            {
                Apply(container, GoDoxyPrefix + key, text, rule, result, sources, faults);
            }
        }

        ReadGoDoxyRoute(container, result, sources, faults);
        return true;
    }

    // The first alias's route says where the container is reached.
    private static void ReadGoDoxyRoute(ContainerInfo container, IdleContainerOptions result, Dictionary<string, string> sources, List<IdleConfigurationFault> faults)
    {
        var alias = result.Aliases.Count > 0 ? result.Aliases[0] : container.Name;
        foreach (var place in (string[])[alias, "#1", "*"])
        {
            var label = $"{GoDoxyPrefix}{place}.port";
            if (container.Labels.TryGetValue(label, out var port))
            {
                // "listening:target" for streams.
                Apply(container, label, port[(port.LastIndexOf(':') + 1)..], LabelRules.Own["port"], result, sources, faults);
            }

            if (container.Labels.TryGetValue($"{GoDoxyPrefix}{place}.host", out var host) && result.Port is { } known)
            {
                Apply(container, $"{GoDoxyPrefix}{place}.host", $"{host}:{known}", LabelRules.Own["address"], result, sources, faults);
            }

            if (container.Labels.TryGetValue($"{GoDoxyPrefix}{place}.scheme", out var scheme) && scheme is "udp")
            {
                result.Probe = ProbeKind.None;
            }
            else if (IdleContainerOptionsValidator.IsScheme(scheme))
            {
                result.Scheme = scheme!;
            }

            if (result.Port is not null)
            {
                return;
            }
        }
    }

    private static void Apply(
        ContainerInfo container,
        string label,
        string text,
        LabelRule rule,
        IdleContainerOptions result,
        Dictionary<string, string> sources,
        List<IdleConfigurationFault> faults)
    {
        sources[rule.Property] = label;
        if (!rule.TrySet(result, text))
        {
            faults.Add(new IdleConfigurationFault(container.Name, label, text, rule.Allowed));
        }
    }

    // "IdleContainerOptions.Property is value; allowed: …." of the validator, in terms of the label.
    private static IdleConfigurationFault FaultOf(ContainerInfo container, string failure, Dictionary<string, string> sources)
    {
        var start = nameof(IdleContainerOptions).Length + 1;
        var property = failure[start..failure.IndexOf(' ', start)];
        var label = sources.GetValueOrDefault(property);
        var allowed = failure.LastIndexOf("; allowed: ", StringComparison.Ordinal);
        return new IdleConfigurationFault(
            container.Name,
            label ?? $"(default of {property})",
            label is null ? failure : container.Labels.GetValueOrDefault(label, ""),
            allowed < 0 ? failure : failure[(allowed + "; allowed: ".Length)..].TrimEnd('.'));
    }
}
