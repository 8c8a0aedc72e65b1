using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>What a sink of this package knows of another one, whatever they are sinks of.</summary>
internal interface IClosable
{
    ILogger Logger { get; }

    TimeProvider TimeProvider { get; }

    /// <summary>Gets how many items wait, when the caller is called by this sink or one that it wraps; else null.</summary>
    long? PendingSeenFromInside { get; }

    /// <summary>Closes to the end, also when it is requested from inside: whoever closes this one waits for it in the background.</summary>
    Task<long> CloseAsync(TimeSpan timeout);
}
