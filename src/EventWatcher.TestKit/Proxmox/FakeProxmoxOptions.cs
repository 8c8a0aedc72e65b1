namespace EventWatcher.TestKit;

/// <summary>The habits of a <see cref="FakeProxmox"/>. The defaults are those measured on the real daemons.</summary>
public sealed class FakeProxmoxOptions
{
    /// <summary>Gets or sets the clock of tasks, caches, delays and idle connections.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets the cluster's nodes; the first one is the one that is spoken to.</summary>
    /// <value>The default is <c>pve1</c> alone.</value>
    public IReadOnlyList<string> Nodes { get; set; } = ["pve1"];

    /// <summary>Gets or sets how far the clocks of nodes are off, by which they date their tasks and, the first one, its answers.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, TimeSpan> ClockOffsets { get; set; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>Gets or sets how long the tasks run that take time: start, shutdown, reboot, resume of a container.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan TaskDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long a 401 is held back.</summary>
    /// <value>The default is 3 seconds.</value>
    public TimeSpan UnauthorizedDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets after which silence a connection is closed.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how late the cluster's task list is.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan TaskListLag { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how often the state in the list of resources is renewed.</summary>
    /// <value>The default is 10 seconds; zero for a cache that is always fresh.</value>
    public TimeSpan CachePeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how late a renewal of that state is seen.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan CacheLag { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets which of its answers the list of resources gives from one renewal before: every so-manieth.</summary>
    /// <value>The default is 5; 0 for none.</value>
    public int GoBackEvery { get; set; } = 5;

    /// <summary>Gets or sets whether errors have their message in the body too, as since http-server 5.2, or in the reason phrase only.</summary>
    /// <value>The default is true.</value>
    public bool HasMessageInBody { get; set; } = true;

    /// <summary>Gets or sets whether the certificate's time is over.</summary>
    /// <value>The default is false.</value>
    public bool IsCertificateExpired { get; set; }
}
