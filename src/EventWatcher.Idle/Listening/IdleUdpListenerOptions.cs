using System.Net;

namespace EventWatcher.Idle;

/// <summary>Where an <see cref="IdleUdpListener"/> listens, and for which container.</summary>
public sealed class IdleUdpListenerOptions
{
    /// <summary>Gets or sets where it listens; port 0 for any that is free.</summary>
    /// <value>The default is any port on loopback.</value>
    public IPEndPoint ListenOn { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>Gets or sets the name of the container that datagrams go to.</summary>
    /// <value>There is no default.</value>
    public string Container { get; set; } = "";

    /// <summary>Gets or sets the port inside the container.</summary>
    /// <value>The default is null: <see cref="IdleContainerOptions.Port"/>.</value>
    public int? Port { get; set; }

    /// <summary>Gets or sets after what time without a datagram a flow ends, and with it its lease.</summary>
    /// <value>The default is 1 minute; longer than zero, at most a day.</value>
    public TimeSpan FlowTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how many flows there may be; datagrams of more are dropped.</summary>
    /// <value>The default is 10,000; at least 1.</value>
    public int MaxFlows { get; set; } = 10_000;

    /// <summary>Gets or sets how many datagrams of a flow are kept until the container has answered for the first time; more are dropped.</summary>
    /// <value>The default is 16; at least 1.</value>
    public int MaxPending { get; set; } = 16;

    /// <summary>Gets or sets how many bytes the datagrams that are kept may occupy for all flows together; more are dropped.</summary>
    /// <value>The default is 16 MiB; at least 1.</value>
    public long MaxPendingBytes { get; set; } = 16L * 1024 * 1024;

    internal IdleUdpListenerOptions Copy() => (IdleUdpListenerOptions)MemberwiseClone();
}
