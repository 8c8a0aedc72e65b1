namespace EventWatcher.Idle;

/// <summary>Which containers an <see cref="IdleManager"/> manages, and its bounds.</summary>
public sealed class IdleOptions
{
    /// <summary>Gets the containers that are managed, by name; they are managed as it says here, whatever their labels say.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, IdleContainerOptions> Containers { get; } = new Dictionary<string, IdleContainerOptions>(StringComparer.Ordinal);

    /// <summary>Gets or sets what holds for containers that labels or others' dependencies bring in, where those don't say otherwise.</summary>
    public IdleContainerOptions Defaults { get; set; } = new();

    /// <summary>Gets or sets whether containers are managed that say so by labels <c>eventwatcher.idle.*</c>.</summary>
    /// <value>The default is true.</value>
    public bool ReadLabels { get; set; } = true;

    /// <summary>Gets or sets whether GoDoxy's labels are read too, such as <c>proxy.idle_timeout</c>.</summary>
    /// <value>The default is false.</value>
    public bool ReadGoDoxyLabels { get; set; }

    /// <summary>Gets or sets whether Sablier's labels are read too: <c>sablier.enable</c> and <c>sablier.group</c>.</summary>
    /// <value>The default is false.</value>
    public bool ReadSablierLabels { get; set; }

    /// <summary>Gets or sets how many may wait for all containers together; more are refused at once.</summary>
    /// <value>The default is 10,000; at least 1.</value>
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>Gets or sets how long disposal waits for work on containers that is under way.</summary>
    /// <value>The default is 30 seconds; from zero to one day.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal IdleOptions Copy()
    {
        var copy = new IdleOptions
        {
            Defaults = Defaults.Copy(),
            ReadLabels = ReadLabels,
            ReadGoDoxyLabels = ReadGoDoxyLabels,
            ReadSablierLabels = ReadSablierLabels,
            MaxWaiting = MaxWaiting,
            ShutdownTimeout = ShutdownTimeout,
        };
        foreach (var (name, container) in Containers)
        {
            copy.Containers.Add(name, container.Copy());
        }

        return copy;
    }
}
