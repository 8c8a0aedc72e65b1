namespace EventWatcher.Docker;

/// <summary>Why an engine could not be reached.</summary>
public enum DockerUnreachableReason
{
    /// <summary>Something else; see the inner exception.</summary>
    Other = 0,

    /// <summary>There is no such socket or pipe.</summary>
    NoSuchSocket,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>This process may not open the socket.</summary>
    PermissionDenied,

    /// <summary>The host's name is not known.</summary>
    UnknownHost,

    /// <summary>No TLS connection came about: the certificate of one side, or no TLS at the other.</summary>
    TlsFailed,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The connection broke before the answer was complete.</summary>
    ConnectionLost,

    /// <summary>
    /// The <c>ssh</c> program is missing, could not reach the host, was refused there, or found no engine. The message
    /// has its own words.
    /// </summary>
    SshFailed,
}
