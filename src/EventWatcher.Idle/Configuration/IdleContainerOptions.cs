namespace EventWatcher.Idle;

/// <summary>When one container sleeps, how it is stopped and woken, and what it needs.</summary>
/// <remarks>
/// As labels on a container the same names are written in kebab case after <c>eventwatcher.idle.</c>, such as
/// <c>eventwatcher.idle.idle-timeout=10m</c>; what has no label there can be set by code alone.
/// </remarks>
public sealed class IdleContainerOptions
{
    /// <summary>Gets or sets after what time without use the container is put to sleep: never earlier; up to some 30 ms later, since leases are released by a coarse clock.</summary>
    /// <value>
    /// The default is zero: never. <see cref="Timeout.InfiniteTimeSpan"/> is for what only others depend on: it sleeps when the
    /// last of them does.
    /// </value>
    public TimeSpan IdleTimeout { get; set; }

    /// <summary>Gets or sets how long a wake may take, dependencies included.</summary>
    /// <value>The default is 3 minutes; longer than zero, at most a day.</value>
    public TimeSpan WakeTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Gets or sets how long the container may take to stop before the engine kills it.</summary>
    /// <value>The default is 1 minute; longer than zero, at most a day.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how the container is put to sleep.</summary>
    /// <value>The default is <see cref="StopMethod.Stop"/>.</value>
    public StopMethod StopMethod { get; set; }

    /// <summary>Gets or sets the signal that stops the container, with or without <c>SIG</c>.</summary>
    /// <value>The default is null: the container's own. Refused for providers that know no signals.</value>
    public string? StopSignal { get; set; }

    /// <summary>Gets what the container needs: <c>name</c>, <c>name:healthy</c>, <c>name:completed</c>.</summary>
    /// <value>The default is nothing.</value>
    public IList<string> DependsOn { get; internal set; } = [];

    /// <summary>Gets or sets the path of the requests that may wake it; for HTTP.</summary>
    /// <value>The default is null: any. Begins with a slash.</value>
    public string? StartEndpoint { get; set; }

    /// <summary>Gets or sets whether browsers wait, too, and are shown no page meanwhile; for HTTP.</summary>
    /// <value>The default is false.</value>
    public bool NoLoadingPage { get; set; }

    /// <summary>Gets or sets how many may wait for this container; more are refused at once.</summary>
    /// <value>The default is 1,000; at least 1.</value>
    public int MaxWaiting { get; set; } = 1_000;

    /// <summary>Gets or sets how many of those who waited go through at the same time after a wake.</summary>
    /// <value>The default is null: all of them. At least 1.</value>
    public int? ReleaseConcurrency { get; set; }

    /// <summary>Gets or sets the longest time for which somebody waits, counted from when they came.</summary>
    /// <value>
    /// The default is null: the wake's own time-out, and before it, where they came during a stop, what is left of the stop.
    /// Longer than zero, at most a day.
    /// </value>
    public TimeSpan? MaxHold { get; set; }

    /// <summary>Gets or sets how many bytes the bodies of waiting requests may occupy in the server's buffers; for HTTP.</summary>
    /// <value>The default is 256 MiB; at least 0.</value>
    public long MaxWaitingBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Gets or sets for how long the container stays awake at least after a wake.</summary>
    /// <value>The default is zero.</value>
    public TimeSpan MinUptime { get; set; }

    /// <summary>Gets or sets who is asked before the container is put to sleep.</summary>
    /// <value>
    /// The default is null: nobody. True as the result means "not now"; then the idle time starts anew. So it does where the
    /// callback throws, which is logged. Called once at a time; its token is cancelled after 30 seconds, and when the
    /// watcher ends, and as long as it does not return all the same the container stays awake.
    /// </value>
    public Func<IdleWatcher, CancellationToken, ValueTask<bool>>? StopVeto { get; set; }

    /// <summary>Gets or sets the port inside the container that is probed, and that connections go to where none is named.</summary>
    /// <value>The default is null: none.</value>
    public int? Port { get; set; }

    /// <summary>Gets or sets where the port is reached, as <c>host:port</c>, where the provider can't know.</summary>
    /// <value>The default is null: the provider is asked after each start.</value>
    public string? Address { get; set; }

    /// <summary>Gets or sets how the container is spoken to: <c>http</c>, <c>https</c>, or <c>h2c</c> for HTTP/2 without TLS; for HTTP.</summary>
    /// <value>The default is <c>http</c>.</value>
    public string Scheme { get; set; } = "http";

    /// <summary>Gets or sets how it is found out that the container serves.</summary>
    /// <value>The default is <see cref="ProbeKind.Auto"/>.</value>
    public ProbeKind Probe { get; set; }

    /// <summary>Gets or sets the path that <see cref="ProbeKind.Http"/> asks for.</summary>
    /// <value>The default is <c>/</c>.</value>
    public string ProbePath { get; set; } = "/";

    /// <summary>Gets or sets a probe of one's own, in the place of <see cref="Probe"/>.</summary>
    /// <value>The default is null.</value>
    public IHealthProbe? HealthProbe { get; set; }

    /// <summary>Gets or sets how often a container that is ready is probed. Probing is no use of it.</summary>
    /// <value>The default is zero: never. Else at least 1 second.</value>
    public TimeSpan MonitorInterval { get; set; }

    /// <summary>Gets or sets what bad health means once the container was ready.</summary>
    /// <value>The default is <see cref="UnhealthyIs.Ignore"/>.</value>
    public UnhealthyIs UnhealthyIs { get; set; }

    /// <summary>Gets or sets the name of the provider that has the container.</summary>
    /// <value>The default is null: the first one.</value>
    public string? Provider { get; set; }

    /// <summary>Gets or sets the name under which this container and others are woken together.</summary>
    /// <value>The default is null: none.</value>
    public string? Group { get; set; }

    /// <summary>Gets other names by which routes know the container, such as host names; for HTTP.</summary>
    /// <value>The default is none.</value>
    public IList<string> Aliases { get; internal set; } = [];

    /// <summary>Gets or sets who wakes the container and who is told that it sleeps; for HTTP.</summary>
    public IdleWakePolicy WakeOn { get; set; } = new();

    internal TimeSpan HoldLimit => MaxHold ?? StopTimeout + IdleWatcher.StopSlack + WakeTimeout + TimeSpan.FromSeconds(5);

    internal bool SleepsByItself => IdleTimeout > TimeSpan.Zero;

    internal IReadOnlyList<IdleDependency> Dependencies =>
        [.. DependsOn.Select(static text => IdleDependency.TryParse(text, out var dependency) ? dependency : null).OfType<IdleDependency>()];

    /// <summary>Says whether two say the same; callbacks and probes are the same where they are the same object.</summary>
    internal bool IsSameAs(IdleContainerOptions other) =>
        Values().SequenceEqual(other.Values())
        && DependsOn.SequenceEqual(other.DependsOn, StringComparer.Ordinal)
        && Aliases.SequenceEqual(other.Aliases, StringComparer.Ordinal)
        && WakeOn.IgnoredUserAgents.SequenceEqual(other.WakeOn.IgnoredUserAgents, StringComparer.Ordinal)
        && WakeOn.IgnoredNetworks.SequenceEqual(other.WakeOn.IgnoredNetworks, StringComparer.Ordinal);

    private object?[] Values() =>
    [
        IdleTimeout, WakeTimeout, StopTimeout, StopMethod, StopSignal, StartEndpoint, NoLoadingPage, MaxWaiting, ReleaseConcurrency,
        MaxHold, MaxWaitingBytes, MinUptime, StopVeto, Port, Address, Probe, ProbePath, HealthProbe, MonitorInterval, UnhealthyIs,
        Provider, Group, Scheme, WakeOn.Bystanders, WakeOn.DormantStatusCode,
    ];

    internal IdleContainerOptions Copy()
    {
        var copy = (IdleContainerOptions)MemberwiseClone();
        copy.DependsOn = [.. DependsOn];
        copy.Aliases = [.. Aliases];
        copy.WakeOn = WakeOn.Copy();
        return copy;
    }
}
