using Microsoft.Extensions.Configuration;

namespace EventWatcher.Proxmox;

/// <summary>What a watcher's configuration section may say.</summary>
internal static class ProxmoxWatcherSection
{
    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(ProxmoxWatcherOptions))
        .Text(nameof(ProxmoxWatcherOptions.Name))
        .Text(nameof(ProxmoxWatcherOptions.Endpoint))
        .Text(nameof(ProxmoxWatcherOptions.Cluster))
        .Text(nameof(ProxmoxWatcherOptions.Token))
        .Text(nameof(ProxmoxWatcherOptions.TokenFile))
        .Text(nameof(ProxmoxWatcherOptions.User))
        .Text(nameof(ProxmoxWatcherOptions.Password))
        .Text(nameof(ProxmoxWatcherOptions.PasswordFile))
        .Text(nameof(ProxmoxWatcherOptions.Fingerprint))
        .Text(nameof(ProxmoxWatcherOptions.CertificateAuthorityFile))
        .Duration(nameof(ProxmoxWatcherOptions.Timeout))
        .Duration(nameof(ProxmoxWatcherOptions.ActionTimeout))
        .Flag(nameof(ProxmoxWatcherOptions.AllowContainerCheckpoints))
        .Duration(nameof(ProxmoxWatcherOptions.TasksInterval))
        .Duration(nameof(ProxmoxWatcherOptions.ResourcesInterval))
        .Integer<int>(nameof(ProxmoxWatcherOptions.MaxConfirmations))
        .Integer<int>(nameof(ProxmoxWatcherOptions.Capacity));

    public static void Bind(IConfigurationSection section, ProxmoxWatcherOptions options) => section.Bind(options);
}
