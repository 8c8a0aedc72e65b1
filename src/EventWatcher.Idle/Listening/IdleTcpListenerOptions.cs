using System.Net;

namespace EventWatcher.Idle;

/// <summary>Where an <see cref="IdleTcpListener"/> listens, and for which container.</summary>
public sealed class IdleTcpListenerOptions
{
    /// <summary>Gets or sets where it listens; port 0 for any that is free.</summary>
    /// <value>The default is any port on loopback.</value>
    public IPEndPoint ListenOn { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>Gets or sets the name of the container that connections go to, of those that no <see cref="Hosts"/> are for.</summary>
    /// <value>The default is null: none.</value>
    public string? Container { get; set; }

    /// <summary>
    /// Gets the containers by the host that a TLS client asks for, such as <c>app.example.com</c> or <c>*.example.com</c>:
    /// several share one port. TLS is passed through as it is. For protocols in which the client speaks first.
    /// </summary>
    /// <value>The default is none: nothing is looked at.</value>
    public IDictionary<string, string> Hosts { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the port inside the container.</summary>
    /// <value>The default is null: <see cref="IdleContainerOptions.Port"/>.</value>
    public int? Port { get; set; }

    /// <summary>
    /// Gets or sets after what time without a byte in either direction a connection no longer keeps the container awake.
    /// The next byte does again, and wakes it where it was paused; where it was stopped the connection is cut by that.
    /// </summary>
    /// <value>The default is null: never. Else longer than zero, at most a day.</value>
    public TimeSpan? MaxSilence { get; set; }

    /// <summary>Gets or sets how many connections the kernel keeps that were not accepted yet.</summary>
    /// <value>The default is 4,096; at least 1. The kernel may have a smaller limit of its own.</value>
    public int Backlog { get; set; } = 4_096;

    /// <summary>Gets or sets what is called for each connection before the container is asked for; an exception closes the connection.</summary>
    /// <value>The default is null.</value>
    public Func<IdleConnection, CancellationToken, ValueTask>? BeforeDial { get; set; }

    /// <summary>Gets or sets what is called when bytes of the client have been read, with their number, on the connection's own loop.</summary>
    /// <value>The default is null.</value>
    public Action<IdleConnection, int>? OnRead { get; set; }

    internal IdleTcpListenerOptions Copy()
    {
        var copy = new IdleTcpListenerOptions
        {
            ListenOn = ListenOn,
            Container = Container,
            Port = Port,
            MaxSilence = MaxSilence,
            Backlog = Backlog,
            BeforeDial = BeforeDial,
            OnRead = OnRead,
        };
        foreach (var (host, container) in Hosts)
        {
            copy.Hosts.Add(host, container);
        }

        return copy;
    }
}
