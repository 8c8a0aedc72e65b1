using EventWatcher;
using EventWatcher.Docker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds watchers of Docker and Podman engines.</summary>
/// <remarks>
/// Each brings an <see cref="IContainerProvider"/> of the same engine, a keyed singleton of the same name, made when
/// somebody asks for it. The first one is also there without key, where nobody else registered one.
/// </remarks>
public static class DockerEventWatcherBuilderExtensions
{
    /// <summary>The name of a watcher for which none is given.</summary>
    private const string DefaultName = "docker";

    /// <summary>Adds a watcher of an engine; without options, of the local one.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// The watcher's name, by which queues take it: <c>docker</c> by default. The same name again configures the same
    /// watcher; another name adds one.
    /// </param>
    /// <param name="configure">Sets options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddDocker(this IEventWatcherBuilder builder, string name = DefaultName, Action<DockerWatcherOptions>? configure = null)
    {
        var options = Register(builder, name);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        return builder;
    }

    /// <summary>Adds a watcher of an engine, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="DockerWatcherOptions"/>; durations are written <c>5s</c>, <c>1h30m</c>
    /// or <c>00:00:05</c>; filters <c>"Filters": { "event": ["start", "die"], "label": "com.example.app=web" }</c>.
    /// Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The watcher's name, by which queues take it: <c>docker</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddDocker(this IEventWatcherBuilder builder, IConfigurationSection section, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(section);
        Register(builder, name).BindSection(section, DockerWatcherSection.Schema, DockerWatcherSection.Bind);
        return builder;
    }

    private static OptionsBuilder<DockerWatcherOptions> Register(IEventWatcherBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWatcher(name, services => new DockerWatcher(
            services.GetRequiredService<IOptionsMonitor<DockerWatcherOptions>>().Get(name),
            services.GetService<ILogger<DockerWatcher>>(),
            services.GetService<TimeProvider>()));
        builder.Services.TryAddKeyedSingleton<IContainerProvider>(name, static (services, key) => CreateProvider(services, (string)key!));
        builder.Services.TryAddSingleton(services => services.GetRequiredKeyedService<IContainerProvider>(name));
        return builder.Services.AddOptions<DockerWatcherOptions>(name).ValidateAtStart(DockerWatcherOptionsValidator.WithEndpoint);
    }

    private static DockerContainerProvider CreateProvider(IServiceProvider services, string name)
    {
        // How the engine is reached, and no filters: who controls containers has to see all that happens to them.
        var options = services.GetRequiredService<IOptionsMonitor<DockerWatcherOptions>>().Get(name);
        return new DockerContainerProvider(
            options.CopyTo(new DockerEngineOptions()),
            services.GetService<ILoggerFactory>(),
            services.GetService<TimeProvider>());
    }
}
