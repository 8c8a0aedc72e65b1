namespace EventWatcher.Idle.AspNetCore;

/// <summary>Which requests lead to which containers, and what is answered while those are not ready.</summary>
public sealed class IdleHttpOptions
{
    /// <summary>The path below which <c>MapIdle</c> answers where nothing else is said.</summary>
    public const string DefaultPrefix = "/.eventwatcher/idle";

    /// <summary>Gets or sets the path below which progress, status, control and forward-auth are reached; <c>MapIdle</c> may say another.</summary>
    /// <value>The default is <see cref="DefaultPrefix"/>. Begins with a slash and ends without one.</value>
    public string Prefix { get; set; } = DefaultPrefix;

    /// <summary>Gets host names and the containers that they lead to, beside the containers' own aliases. Case is ignored, ports are left out.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, string> Hosts { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets paths and the containers that they and what is below them lead to; the longest counts, and each before any host.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, string> Paths { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets what chooses the container, before paths and hosts do; null as its result leaves it to them.</summary>
    /// <value>The default is null: nothing. Called for every request whose endpoint doesn't say what it needs, so it should be quick.</value>
    public Func<HttpContext, string?>? ContainerOf { get; set; }

    /// <summary>Gets or sets whether a container's name leads to it as its aliases do.</summary>
    /// <value>The default is false.</value>
    public bool MatchContainerNames { get; set; }

    /// <summary>Gets or sets whether the first part of a host name is enough: <c>app.example.org</c> for the alias <c>app</c>.</summary>
    /// <value>The default is false.</value>
    public bool MatchFirstLabel { get; set; }

    /// <summary>Gets or sets for how long a request that was let through by forward-auth keeps its container awake.</summary>
    /// <value>The default is 5 minutes; from zero to one day.</value>
    public TimeSpan ForwardAuthLease { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how long forward-auth holds a request: the proxy in front gives up at its own time, Traefik at 30 seconds.</summary>
    /// <value>The default is 25 seconds; longer than zero, at most a day.</value>
    public TimeSpan ForwardAuthHold { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets or sets after what silence a progress stream sends a sign of life.</summary>
    /// <value>The default is 15 seconds; from 1 second to one hour.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how often the loading page asks again where there is no JavaScript.</summary>
    /// <value>The default is 2 seconds; from 1 second to one hour.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets for how long browsers are shown why a wake failed, before their requests try again by themselves.</summary>
    /// <value>The default is 10 seconds; from zero to one hour.</value>
    public TimeSpan ErrorPageTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many bytes of a request that waits the server keeps, by which <see cref="IdleContainerOptions.MaxWaitingBytes"/> is reckoned.</summary>
    /// <value>The default is null: what Kestrel's own limits say. At least 0.</value>
    public long? RequestBufferSize { get; set; }

    /// <summary>Gets or sets the authorization policy of those who may wake containers and put them to sleep by <c>MapIdle</c>.</summary>
    /// <value>The default is null: the application's default policy; without authorization in the application, nobody.</value>
    public string? ControlPolicy { get; set; }

    /// <summary>Gets or sets whether anybody may wake containers and put them to sleep by <c>MapIdle</c>.</summary>
    /// <value>The default is false.</value>
    public bool AllowAnonymousControl { get; set; }
}
