using Microsoft.Extensions.Logging;

namespace EventWatcher.Docker;

/// <summary>What the engine client logs: 100 to 149.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Debug, "The Docker engine is at {Engine} (from {Origin}).")]
    internal static partial void EngineFound(ILogger logger, string engine, string origin);

    [LoggerMessage(101, LogLevel.Debug, "{Engine} is {Server} with API {ServerVersion}; {Version} is spoken.")]
    internal static partial void EngineVersion(ILogger logger, string engine, string? server, string? serverVersion, Version version);

    [LoggerMessage(102, LogLevel.Information, "{Engine} no longer speaks API {Version}: the engine was replaced. Negotiating anew.")]
    internal static partial void EngineVersionChanged(ILogger logger, string engine, Version version);
}
