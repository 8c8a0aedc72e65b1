namespace EventWatcher.Proxmox;

/// <summary>Which cluster is watched, and how.</summary>
public sealed class ProxmoxWatcherOptions : ProxmoxOptions
{
    /// <summary>Gets or sets the watcher's name, the <see cref="Event.Source"/> of its events.</summary>
    /// <value>The default is null: <see cref="ProxmoxOptions.Cluster"/>, or the endpoint's host.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets how often the cluster's list of tasks is read: what people and programs do is seen by it.</summary>
    /// <value>The default is 1 s. From 100 ms to 1 minute.</value>
    public TimeSpan TasksInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets how often the list of guests is read: what happens inside of guests is seen by it, some seconds late,
    /// since the list is.
    /// </summary>
    /// <value>The default is 3 s. From 500 ms to 5 minutes.</value>
    public TimeSpan ResourcesInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Gets or sets how many guests of one node are asked at once for their exact state, which costs the node some 65 ms
    /// of a core for each that runs.
    /// </summary>
    /// <value>The default is 4. From 1 to 16.</value>
    public int MaxConfirmations { get; set; } = 4;

    /// <summary>Gets or sets how many events a subscription buffers for a consumer that is slow.</summary>
    /// <value>The default is 10,000 events; at least 1.</value>
    public int Capacity { get; set; } = 10_000;
}
