using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>What a sink of this package knows of another one, whatever they are sinks of.</summary>
internal interface IClosable
{
    ILogger Logger { get; }

    TimeProvider TimeProvider { get; }

    Task<long> CloseAsync(TimeSpan timeout);
}
