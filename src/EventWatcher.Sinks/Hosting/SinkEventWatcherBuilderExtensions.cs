using System.Diagnostics.CodeAnalysis;
using EventWatcher;
using EventWatcher.Sinks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds sinks, and queues that flush into them.</summary>
public static class SinkEventWatcherBuilderExtensions
{
    /// <summary>Adds a sink, as a keyed singleton <see cref="ISink{T}"/> of events, and a queue of the same name that flushes into it.</summary>
    /// <remarks>
    /// The host starts and stops the queue; the container disposes the sink after it. Events are written in order, tried
    /// again with back-off when the sink fails, and without delay for batching, unless the queue is told otherwise. Loss
    /// is never silent: see <see cref="SinkEventExtensions.ToEventQueue"/>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// The name of sink and queue. Of one name the first factory stays, and the queue is configured further; another
    /// name adds another sink.
    /// </param>
    /// <param name="factory">Makes the sink, once.</param>
    /// <param name="configure">Says which watchers' events it takes (all by default), and how; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">A queue of this name has another handler.</exception>
    public static IEventWatcherBuilder AddSink(
        this IEventWatcherBuilder builder,
        string name,
        Func<IServiceProvider, ISink<Event>> factory,
        Action<QueueBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add(builder, name, services => services.AddKeyedSingleton(name, (provider, _) => factory(provider)), configure);
    }

    /// <summary>Adds a sink that the container makes, as <see cref="AddSink(IEventWatcherBuilder, string, Func{IServiceProvider, ISink{Event}}, Action{QueueBuilder}?)"/> does.</summary>
    /// <typeparam name="TSink">The sink. Its constructor is given services.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of sink and queue.</param>
    /// <param name="configure">Says which watchers' events it takes (all by default), and how; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">A queue of this name has another handler.</exception>
    public static IEventWatcherBuilder AddSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(
        this IEventWatcherBuilder builder,
        string name,
        Action<QueueBuilder>? configure = null)
        where TSink : class, ISink<Event> =>
        Add(builder, name, services => services.AddKeyedSingleton<ISink<Event>, TSink>(name), configure);

    /// <summary>Handles each batch of a queue by writing its events to a sink, in order.</summary>
    /// <remarks>
    /// Of what happens when the sink fails <see cref="EventQueueOptions.FlushFailure"/> has the say; what is given up
    /// becomes one <see cref="EventAction.ForceReload"/> for each type and source. A sink that is closed stops the queue.
    /// </remarks>
    /// <param name="queue">The queue.</param>
    /// <param name="sink">Gets the sink; called once, when the queue is made.</param>
    /// <returns>The queue.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public static QueueBuilder FlushTo(this QueueBuilder queue, Func<IServiceProvider, ISink<Event>> sink)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(sink);
        var name = queue.Name;
        return queue.HandleWith(services => new BatchToSink(
            sink(services),
            name,
            () => _ = services.GetRequiredKeyedService<EventQueue>(name).StopAsync(),
            services.GetService<ILoggerFactory>()?.CreateLogger<EventQueue>() ?? NullLogger<EventQueue>.Instance,
            services.GetService<TimeProvider>() ?? TimeProvider.System).HandleAsync);
    }

    private static IEventWatcherBuilder Add(
        IEventWatcherBuilder builder,
        string name,
        Action<IServiceCollection> register,
        Action<QueueBuilder>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var isNew = !builder.Services.Any(service =>
            service.IsKeyedService && service.ServiceType == typeof(ISink<Event>) && name.Equals(service.ServiceKey as string, StringComparison.Ordinal));
        return builder.AddQueue(name, queue =>
        {
            if (isNew)
            {
                register(queue.Services);
                queue.Configure(static options => SinkEventExtensions.SetDefaults(options));
                queue.FlushTo(services => services.GetRequiredKeyedService<ISink<Event>>(name));
            }

            configure?.Invoke(queue);
        });
    }
}
