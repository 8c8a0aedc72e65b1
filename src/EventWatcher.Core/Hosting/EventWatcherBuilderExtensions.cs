using System.Diagnostics.CodeAnalysis;
using EventWatcher;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds watchers and queues.</summary>
public static class EventWatcherBuilderExtensions
{
    /// <summary>Adds a watcher of one's own, as a keyed singleton <see cref="IWatcher"/> that the container makes and disposes.</summary>
    /// <typeparam name="TWatcher">
    /// The watcher. Its constructor is given services, and its name where a parameter is marked
    /// <see cref="ServiceKeyAttribute"/>.
    /// </typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name, case-sensitive. The same name again changes nothing; another name adds another watcher.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The name belongs to a watcher of another type.</exception>
    public static IEventWatcherBuilder AddWatcher<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TWatcher>(
        this IEventWatcherBuilder builder,
        string name)
        where TWatcher : class, IWatcher
    {
        if (RegistryOf(builder, name).AddWatcher(name, typeof(TWatcher)))
        {
            builder.Services.AddKeyedSingleton<IWatcher, TWatcher>(name);
        }

        return builder;
    }

    /// <summary>Adds a watcher made by a factory, as a keyed singleton <see cref="IWatcher"/> that the container disposes.</summary>
    /// <typeparam name="TWatcher">The type of the watcher.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// Its name, case-sensitive. Of one name and type the first factory stays; another name adds another watcher.
    /// </param>
    /// <param name="factory">Makes the watcher, once. It must not wait for the source: a missing one doesn't keep the application from starting.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The name belongs to a watcher of another type.</exception>
    public static IEventWatcherBuilder AddWatcher<TWatcher>(
        this IEventWatcherBuilder builder,
        string name,
        Func<IServiceProvider, TWatcher> factory)
        where TWatcher : class, IWatcher
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (RegistryOf(builder, name).AddWatcher(name, typeof(TWatcher)))
        {
            builder.Services.AddKeyedSingleton<IWatcher>(name, (services, _) => factory(services));
        }

        return builder;
    }

    /// <summary>Adds a queue, which the host starts and stops; also to be had as a keyed singleton <see cref="EventQueue"/>.</summary>
    /// <remarks>
    /// The host starts queues in the order they are added and stops them in reverse order, each within its
    /// <see cref="EventQueueOptions.StopTimeout"/> and all within the host's own. What is pending is flushed then,
    /// unless <see cref="EventQueueOptions.DrainOnStop"/> is set to false. No start waits for a source. A queue
    /// without handler, from a watcher that wasn't added, or with wrong options is refused when the host starts.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Its name, case-sensitive. The same name again configures the same queue; another name adds a queue.</param>
    /// <param name="configure">Says what it takes, who handles it, and how it batches.</param>
    /// <returns>The builder.</returns>
    public static IEventWatcherBuilder AddQueue(this IEventWatcherBuilder builder, string name, Action<QueueBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var (registration, isNew) = RegistryOf(builder, name).AddQueue(name);
        var services = builder.Services;
        if (isNew)
        {
            services.AddOptions<EventQueueOptions>(name)
                .Configure(static options => options.DrainOnStop = true)
                .PostConfigure(options => options.Name = name)
                .ValidateAtStart(EventQueueOptionsValidator.Instance);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventQueueOptions>, QueueRegistrationValidator>());
            services.AddKeyedSingleton(name, static (provider, key) => HostedQueue.Create(provider, (string)key!));
            services.AddKeyedSingleton(name, static (provider, key) => provider.GetRequiredKeyedService<HostedQueue>(key).Queue);
        }

        configure(new QueueBuilder(services, registration));
        return builder;
    }

    private static EventWatcherRegistry RegistryOf(IEventWatcherBuilder builder, string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddEventWatcher();
        return EventWatcherRegistry.Find(builder.Services)!;
    }
}
