using EventWatcher;
using EventWatcher.Proxmox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds watchers of Proxmox VE clusters.</summary>
/// <remarks>
/// Each brings an <see cref="IContainerProvider"/> of the same cluster, a keyed singleton of the same name, made when
/// somebody asks for it. The first one is also there without key, where nobody else registered one.
/// </remarks>
public static class ProxmoxEventWatcherBuilderExtensions
{
    /// <summary>The name of a watcher for which none is given.</summary>
    private const string DefaultName = "proxmox";

    /// <summary>Adds a watcher of a cluster; without options, of the one that the environment names.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// The watcher's name, by which queues take it: <c>proxmox</c> by default. The same name again configures the same
    /// watcher; another name adds one.
    /// </param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddProxmox(this IEventWatcherBuilder builder, string name = DefaultName, Action<ProxmoxWatcherOptions>? configure = null)
    {
        var options = Register(builder, name);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Adds a watcher of a cluster, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="ProxmoxWatcherOptions"/>; durations are written <c>5s</c>, <c>1h30m</c> or
    /// <c>00:00:05</c>. Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The watcher's name, by which queues take it: <c>proxmox</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddProxmox(this IEventWatcherBuilder builder, IConfigurationSection section, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(section);
        Register(builder, name).BindSection(section, ProxmoxWatcherSection.Schema, ProxmoxWatcherSection.Bind);
        return builder;
    }

    private static OptionsBuilder<ProxmoxWatcherOptions> Register(IEventWatcherBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWatcher(name, services => new ProxmoxWatcher(
            services.GetRequiredService<IOptionsMonitor<ProxmoxWatcherOptions>>().Get(name),
            services.GetService<ILogger<ProxmoxWatcher>>(),
            services.GetService<TimeProvider>()));
        builder.Services.TryAddKeyedSingleton<IContainerProvider>(name, static (services, key) => new ProxmoxContainerProvider(
            services.GetRequiredService<IOptionsMonitor<ProxmoxWatcherOptions>>().Get((string)key!),
            services.GetService<ILoggerFactory>(),
            services.GetService<TimeProvider>()));
        builder.Services.TryAddSingleton(services => services.GetRequiredKeyedService<IContainerProvider>(name));
        return builder.Services.AddOptions<ProxmoxWatcherOptions>(name).ValidateAtStart(ProxmoxWatcherOptionsValidator.Instance);
    }
}
