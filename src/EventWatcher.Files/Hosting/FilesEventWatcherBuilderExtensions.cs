using EventWatcher;
using EventWatcher.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds watchers of directories, files and configuration files.</summary>
public static class FilesEventWatcherBuilderExtensions
{
    /// <summary>Adds a watcher of a directory.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The directory. It may not exist yet.</param>
    /// <param name="name">
    /// The watcher's name, by which queues take it: the path by default. The same name again configures the same watcher;
    /// another name adds one.
    /// </param>
    /// <param name="configure">Sets further options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddDirectory(this IEventWatcherBuilder builder, string path, string? name = null, Action<DirectoryWatcherOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RegisterDirectory(builder, name ?? path).Configure(options =>
        {
            options.Path = path;
            configure?.Invoke(options);
        });
        return builder;
    }

    /// <summary>Adds a watcher of a directory, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="DirectoryWatcherOptions"/>; durations are written <c>50ms</c>, <c>5s</c> or
    /// <c>00:00:05</c>. Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The watcher's name, by which queues take it: <c>directory</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddDirectory(this IEventWatcherBuilder builder, IConfigurationSection section, string name = "directory")
    {
        ArgumentNullException.ThrowIfNull(section);
        RegisterDirectory(builder, name).BindSection(section, FilesSections.Directory, static (bound, options) => bound.Bind(options));
        return builder;
    }

    /// <summary>Adds a watcher of one path.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The path. It may not exist yet.</param>
    /// <param name="name">
    /// The watcher's name, by which queues take it: the path by default. The same name again configures the same watcher;
    /// another name adds one.
    /// </param>
    /// <param name="configure">Sets further options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddFile(this IEventWatcherBuilder builder, string path, string? name = null, Action<FileWatcherOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RegisterFile(builder, name ?? path).Configure(options =>
        {
            options.Path = path;
            configure?.Invoke(options);
        });
        return builder;
    }

    /// <summary>Adds a watcher of one path, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="FileWatcherOptions"/>; durations are written <c>50ms</c>, <c>5s</c> or
    /// <c>00:00:05</c>. Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The watcher's name, by which queues take it: <c>file</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddFile(this IEventWatcherBuilder builder, IConfigurationSection section, string name = "file")
    {
        ArgumentNullException.ThrowIfNull(section);
        RegisterFile(builder, name).BindSection(section, FilesSections.File, static (bound, options) => bound.Bind(options));
        return builder;
    }

    /// <summary>Adds a watcher of files whose content matters.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file. It may not exist yet. The same name with another path adds that one to the same watcher.</param>
    /// <param name="name">
    /// The watcher's name, by which queues take it: the path by default. The same name again configures the same watcher;
    /// another name adds one.
    /// </param>
    /// <param name="configure">Sets further options; they are checked when the host starts.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddConfigFile(this IEventWatcherBuilder builder, string path, string? name = null, Action<ConfigFileWatcherOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        RegisterConfigFile(builder, name ?? path).Configure(options =>
        {
            options.Paths.Add(path);
            configure?.Invoke(options);
        });
        return builder;
    }

    /// <summary>Adds a watcher of files whose content matters, as a configuration section has it.</summary>
    /// <remarks>
    /// The keys are the properties of <see cref="ConfigFileWatcherOptions"/>; durations are written <c>50ms</c>, <c>5s</c> or
    /// <c>00:00:05</c>. Unknown keys and wrong values are refused when the host starts, with the key. Not reloaded.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The watcher's name, by which queues take it: <c>config</c> by default.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddConfigFile(this IEventWatcherBuilder builder, IConfigurationSection section, string name = "config")
    {
        ArgumentNullException.ThrowIfNull(section);
        RegisterConfigFile(builder, name).BindSection(section, FilesSections.ConfigFile, static (bound, options) => bound.Bind(options));
        return builder;
    }

    private static OptionsBuilder<DirectoryWatcherOptions> RegisterDirectory(IEventWatcherBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWatcher(name, services => new DirectoryWatcher(
            services.GetRequiredService<IOptionsMonitor<DirectoryWatcherOptions>>().Get(name),
            services.GetService<ILogger<DirectoryWatcher>>(),
            services.GetService<TimeProvider>()));
        return builder.Services.AddOptions<DirectoryWatcherOptions>(name).ValidateAtStart(DirectoryWatcherOptionsValidator.Instance);
    }

    private static OptionsBuilder<FileWatcherOptions> RegisterFile(IEventWatcherBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWatcher(name, services => new FileWatcher(
            services.GetRequiredService<IOptionsMonitor<FileWatcherOptions>>().Get(name),
            services.GetService<ILogger<FileWatcher>>(),
            services.GetService<TimeProvider>()));
        return builder.Services.AddOptions<FileWatcherOptions>(name).ValidateAtStart(FileWatcherOptionsValidator.Instance);
    }

    private static OptionsBuilder<ConfigFileWatcherOptions> RegisterConfigFile(IEventWatcherBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddWatcher(name, services => new ConfigFileWatcher(
            services.GetRequiredService<IOptionsMonitor<ConfigFileWatcherOptions>>().Get(name),
            services.GetService<ILogger<ConfigFileWatcher>>(),
            services.GetService<TimeProvider>()));
        return builder.Services.AddOptions<ConfigFileWatcherOptions>(name).ValidateAtStart(ConfigFileWatcherOptionsValidator.Instance);
    }
}
