namespace EventWatcher.Idle;

/// <summary>How it is found out that a container serves.</summary>
public enum ProbeKind
{
    /// <summary><see cref="Tcp"/> where there is a port or an address, else <see cref="None"/>.</summary>
    Auto = 0,

    /// <summary>Not at all: it serves as soon as it runs.</summary>
    None,

    /// <summary>A connection to its port stays open for 50 ms.</summary>
    Tcp,

    /// <summary>It answers an HTTP request with a status below 500.</summary>
    Http,

    /// <summary>The container's own health check says so.</summary>
    Container,
}
