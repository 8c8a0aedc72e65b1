using Microsoft.Extensions.Configuration;

namespace EventWatcher.Docker;

/// <summary>What a watcher's configuration section may say.</summary>
internal static class DockerWatcherSection
{
    private static readonly OptionsSchema Tls = new OptionsSchema(nameof(DockerTlsOptions))
        .Text(nameof(DockerTlsOptions.CertificateAuthorityFile))
        .Text(nameof(DockerTlsOptions.CertificateFile))
        .Text(nameof(DockerTlsOptions.KeyFile))
        .Flag(nameof(DockerTlsOptions.SkipVerification));

    public static OptionsSchema Schema { get; } = new OptionsSchema(nameof(DockerWatcherOptions))
        .Text(nameof(DockerWatcherOptions.Name))
        .Text(nameof(DockerWatcherOptions.Endpoint))
        .Duration(nameof(DockerWatcherOptions.Timeout))
        .Duration(nameof(DockerWatcherOptions.ActionTimeout))
        .Section(nameof(DockerWatcherOptions.Tls), Tls)
        .Text(nameof(DockerWatcherOptions.SshConfigFile))
        .Any(nameof(DockerWatcherOptions.Filters))
        .Choice<DockerResume>(nameof(DockerWatcherOptions.Resume))
        .Duration(nameof(DockerWatcherOptions.RetryDelay))
        .Duration(nameof(DockerWatcherOptions.MaxRetryDelay))
        .DurationOrInfinite(nameof(DockerWatcherOptions.AuditInterval))
        .Flag(nameof(DockerWatcherOptions.Snapshot))
        .Integer<int>(nameof(DockerWatcherOptions.Capacity));

    /// <summary>
    /// Filters are written as <c>"Filters": { "event": ["start", "die"], "label": "com.example.app=web" }</c>.
    /// </summary>
    public static void Bind(IConfigurationSection section, DockerWatcherOptions options)
    {
        section.Bind(options);
        foreach (var term in section.GetSection(nameof(DockerWatcherOptions.Filters)).GetChildren())
        {
            string[] values = term.Value is { } single ? [single] : [.. term.GetChildren().Select(static child => child.Value ?? "")];
            options.Filters += DockerFilters.Create(term.Key, values);
        }
    }
}
