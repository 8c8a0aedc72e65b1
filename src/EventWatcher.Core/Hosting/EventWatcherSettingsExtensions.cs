using EventWatcher;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what the application's settings say.</summary>
public static class EventWatcherSettingsExtensions
{
    /// <summary>Adds whatever stands below a key of the settings, by its name: <c>EventWatcher:Docker:nas</c> is a watcher <c>nas</c>.</summary>
    /// <remarks>
    /// Read now, and once. What was added may be configured further by its name, before or after. A key of the settings that
    /// nothing was added from keeps the host from starting, and is named.
    /// </remarks>
    /// <param name="builder">The builder, of <c>AddEventWatcher(settings)</c>.</param>
    /// <param name="kind">The key below the settings, such as <c>Docker</c>.</param>
    /// <param name="add">
    /// Is given each section below it, whose key is the name:
    /// <c>(events, engine) => events.AddDocker(engine, engine.Key)</c>.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No settings were given to <c>AddEventWatcher</c>.</exception>
    public static IEventWatcherBuilder AddEach(
        this IEventWatcherBuilder builder,
        string kind,
        Action<IEventWatcherBuilder, IConfigurationSection> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        foreach (var section in SettingsOf(builder, kind).GetChildren())
        {
            add(builder, section);
        }

        return builder;
    }

    /// <summary>Adds what stands below a key of the settings, where there is one of its kind: <c>EventWatcher:Idle</c>.</summary>
    /// <remarks>A key of the settings that nothing was added from keeps the host from starting, and is named.</remarks>
    /// <param name="builder">The builder, of <c>AddEventWatcher(settings)</c>.</param>
    /// <param name="kind">The key below the settings, such as <c>Idle</c>.</param>
    /// <param name="add">Is given the section, which may not be there: <c>(events, idle) => events.AddIdle(idle)</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">No settings were given to <c>AddEventWatcher</c>.</exception>
    public static IEventWatcherBuilder AddSection(
        this IEventWatcherBuilder builder,
        string kind,
        Action<IEventWatcherBuilder, IConfigurationSection> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        add(builder, SettingsOf(builder, kind));
        return builder;
    }

    private static IConfigurationSection SettingsOf(IEventWatcherBuilder builder, string kind)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        return EventWatcherRegistry.Find(builder.Services)?.Settings.LastOrDefault()?.Read(kind) ?? throw new InvalidOperationException(
            $"There are no settings to read \"{kind}\" from; call AddEventWatcher(configuration.GetSection(\"EventWatcher\")).");
    }
}
