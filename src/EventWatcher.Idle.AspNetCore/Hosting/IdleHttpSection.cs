using Microsoft.Extensions.Configuration;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>What the configuration section may say.</summary>
internal static class IdleHttpSection
{
    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(IdleHttpOptions))
        .Text(nameof(IdleHttpOptions.Prefix))
        .Any(nameof(IdleHttpOptions.Hosts))
        .Any(nameof(IdleHttpOptions.Paths))
        .Flag(nameof(IdleHttpOptions.MatchContainerNames))
        .Flag(nameof(IdleHttpOptions.MatchFirstLabel))
        .Duration(nameof(IdleHttpOptions.ForwardAuthLease))
        .Duration(nameof(IdleHttpOptions.ForwardAuthHold))
        .Duration(nameof(IdleHttpOptions.HeartbeatInterval))
        .Duration(nameof(IdleHttpOptions.RefreshInterval))
        .Duration(nameof(IdleHttpOptions.ErrorPageTime))
        .Integer<long>(nameof(IdleHttpOptions.RequestBufferSize))
        .Text(nameof(IdleHttpOptions.ControlPolicy))
        .Flag(nameof(IdleHttpOptions.AllowAnonymousControl));

    public static void Bind(IConfigurationSection section, IdleHttpOptions options) => section.Bind(options);
}
