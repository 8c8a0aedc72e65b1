using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher;

/// <summary>Says what a queue takes, who handles it, and how it batches.</summary>
/// <remarks>
/// Later calls add to earlier ones; of the settings the last has the say. As the service collection, it is for one
/// thread at start-up.
/// </remarks>
public sealed class QueueBuilder
{
    private readonly QueueRegistration _registration;

    internal QueueBuilder(IServiceCollection services, QueueRegistration registration)
    {
        Services = services;
        _registration = registration;
    }

    /// <summary>Gets the queue's name.</summary>
    public string Name => _registration.Name;

    /// <summary>Gets the services of the application.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Takes the events of these watchers only, in addition to those named before.</summary>
    /// <param name="watcherNames">
    /// The names they are added by, before or after; the host refuses to start where there is none of that name.
    /// No name at all: no watcher, only what the application enqueues.
    /// </param>
    /// <returns>The builder. Without a call a queue takes the events of every watcher there is.</returns>
    public QueueBuilder From(params string[] watcherNames)
    {
        ArgumentNullException.ThrowIfNull(watcherNames);
        foreach (var name in watcherNames)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(watcherNames));
        }

        _registration.AddSources(watcherNames.Select(static name => new QueueSourceName(name, Key: null)));
        return this;
    }

    /// <summary>Handles each batch with a delegate.</summary>
    /// <param name="handler">Gets at least one event, in order, to keep; and a token that is cancelled when the queue gives up waiting for it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public QueueBuilder Handle(Func<IReadOnlyList<Event>, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _registration.SetHandler(handler, _ => handler);
        return this;
    }

    /// <summary>Handles each batch with a delegate.</summary>
    /// <param name="handler">Gets at least one event, in order, to keep.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    [OverloadResolutionPriority(1)] // Of an async lambda, which fits the next one as well.
    public QueueBuilder Handle(Func<IReadOnlyList<Event>, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _registration.SetHandler(handler, _ => (batch, _) => handler(batch));
        return this;
    }

    /// <summary>Handles each batch with a delegate.</summary>
    /// <param name="handler">Gets at least one event, in order, to keep.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public QueueBuilder Handle(Func<IReadOnlyList<Event>, Task> handler)
    {
        // Without this one a lambda that returns a task would be taken for a synchronous one, and nobody would await it.
        ArgumentNullException.ThrowIfNull(handler);
        _registration.SetHandler(handler, _ => (batch, _) => new ValueTask(handler(batch)));
        return this;
    }

    /// <summary>Handles each batch with a synchronous delegate.</summary>
    /// <param name="handler">Gets at least one event, in order, to keep.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public QueueBuilder Handle(Action<IReadOnlyList<Event>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _registration.SetHandler(handler, _ => (batch, _) =>
        {
            handler(batch);
            return ValueTask.CompletedTask;
        });
        return this;
    }

    /// <summary>Handles each batch with a service, resolved in a fresh scope for each.</summary>
    /// <typeparam name="THandler">The service; added as a scoped one where it wasn't added.</typeparam>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public QueueBuilder Handle<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IEventBatchHandler
    {
        var name = Name;
        _registration.SetHandler(
            typeof(THandler),
            services => Scoped<THandler>(services, name).HandleAsync,
            services => Scoped<THandler>(services, name).HandleErrorAsync);
        Services.TryAddScoped<THandler>();
        return this;
    }

    /// <summary>Handles each batch with a delegate that is made of services.</summary>
    /// <param name="create">Makes the handler, once, when the queue is made. What it resolves lives longer than the queue.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another handler already.</exception>
    public QueueBuilder HandleWith(Func<IServiceProvider, Func<IReadOnlyList<Event>, CancellationToken, ValueTask>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _registration.SetHandler(create, create);
        return this;
    }

    /// <summary>Is told of what goes wrong, instead of the log and of <see cref="IEventBatchHandler.HandleErrorAsync"/>.</summary>
    /// <param name="onError">
    /// Called, one call at a time, with a <see cref="FlushException"/>, a <see cref="QueueOverflowException"/>, or a
    /// <see cref="WatcherException"/> of a source; and a token that is cancelled when the queue gives up waiting.
    /// </param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another error handler already.</exception>
    public QueueBuilder OnError(Func<Exception, CancellationToken, ValueTask> onError)
    {
        ArgumentNullException.ThrowIfNull(onError);
        _registration.SetErrorHandler(onError, onError);
        return this;
    }

    /// <summary>Is told of what goes wrong, instead of the log and of <see cref="IEventBatchHandler.HandleErrorAsync"/>.</summary>
    /// <param name="onError">Called, one call at a time, with what went wrong.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another error handler already.</exception>
    [OverloadResolutionPriority(1)] // Of an async lambda, which fits the next one as well.
    public QueueBuilder OnError(Func<Exception, ValueTask> onError)
    {
        ArgumentNullException.ThrowIfNull(onError);
        _registration.SetErrorHandler(onError, (exception, _) => onError(exception));
        return this;
    }

    /// <summary>Is told of what goes wrong, instead of the log and of <see cref="IEventBatchHandler.HandleErrorAsync"/>.</summary>
    /// <param name="onError">Called, one call at a time, with what went wrong.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another error handler already.</exception>
    public QueueBuilder OnError(Func<Exception, Task> onError)
    {
        ArgumentNullException.ThrowIfNull(onError);
        _registration.SetErrorHandler(onError, (exception, _) => new ValueTask(onError(exception)));
        return this;
    }

    /// <summary>Is told of what goes wrong, instead of the log and of <see cref="IEventBatchHandler.HandleErrorAsync"/>.</summary>
    /// <param name="onError">Called, one call at a time, with what went wrong.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The queue has another error handler already.</exception>
    public QueueBuilder OnError(Action<Exception> onError)
    {
        ArgumentNullException.ThrowIfNull(onError);
        _registration.SetErrorHandler(onError, (exception, _) =>
        {
            onError(exception);
            return ValueTask.CompletedTask;
        });
        return this;
    }

    /// <summary>Sets options in code.</summary>
    /// <param name="configure">
    /// Sets them. Run when the queue is made; <see cref="EventQueueOptions.Name"/> is always the queue's own, and
    /// <see cref="EventQueueOptions.DrainOnStop"/> begins as true.
    /// </param>
    /// <returns>The builder.</returns>
    public QueueBuilder Configure(Action<EventQueueOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>
    /// Sets options by a configuration section, whose keys are the names of the properties of <see cref="EventQueueOptions"/>;
    /// and <c>From</c>, one name or a list, as <see cref="From"/> takes them.
    /// </summary>
    /// <remarks>
    /// Durations are written <c>250ms</c>, <c>5s</c>, <c>1h30m</c>, <c>2d</c>, <c>00:00:05</c> or, for
    /// <see cref="EventQueueOptions.StopTimeout"/>, <c>infinite</c>; a bare number is refused. So are unknown keys and
    /// wrong values: the host doesn't start, and says all that is wrong at once, each with its full key. Read once;
    /// a later change has no effect.
    /// </remarks>
    /// <param name="section">The section. One that isn't there sets nothing.</param>
    /// <returns>The builder.</returns>
    public QueueBuilder Bind(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (QueueSection.Sources(section) is { } sources)
        {
            _registration.AddSources(sources.Select(static source => new QueueSourceName(source.Value!, source.Path)));
        }

        Services.AddOptions<EventQueueOptions>(Name).BindSection(section, QueueSection.Schema, static (values, options) => values.Bind(options));
        return this;
    }

    private static ScopedBatchHandler<THandler> Scoped<THandler>(IServiceProvider services, string name)
        where THandler : class, IEventBatchHandler => new(
            services.GetRequiredService<IServiceScopeFactory>(),
            services.GetService<ILoggerFactory>()?.CreateLogger<EventQueue>() ?? NullLogger<EventQueue>.Instance,
            name);
}
