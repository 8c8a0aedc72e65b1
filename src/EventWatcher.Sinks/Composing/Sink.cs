using Microsoft.Extensions.Logging;

namespace EventWatcher.Sinks;

/// <summary>Where a composition of sinks begins.</summary>
/// <example>
/// <code>
/// var sink = Sink.To(Sink.ToHttp(client, address))
///     .WithRetry(new Breaker(5, TimeSpan.FromSeconds(1)))
///     .WithQueue(capacity: 1_000)
///     .Where(e => e.Action.IsContainerStart);
/// </code>
/// </example>
public static class Sink
{
    /// <summary>Begins a composition with a sink, which is where items go in the end.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">The sink. What is composed on it closes it.</param>
    /// <param name="logger">The log of all that is composed on it; null for the sink's.</param>
    /// <param name="timeProvider">The clock of all that is composed on it; null for the sink's.</param>
    /// <returns>A sink to go on with.</returns>
    public static Sink<T> To<T>(ISink<T> sink, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        return sink is Sink<T> known && logger is null && timeProvider is null ? known : new ForeignSink<T>(sink, logger, timeProvider);
    }

    /// <summary>Begins a composition with a delegate.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="write">Takes an item; called concurrently where writes are concurrent.</param>
    /// <param name="name">The sink's name, for people; null for <c>delegate</c>.</param>
    /// <param name="logger">The log of all that is composed on it; null for nowhere.</param>
    /// <param name="timeProvider">The clock of all that is composed on it; null for the system's.</param>
    /// <returns>A sink to go on with.</returns>
    public static Sink<T> To<T>(
        Func<T, CancellationToken, ValueTask> write,
        string? name = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        return new DelegateSink<T>(write, name, logger, timeProvider);
    }

    /// <summary>Begins a composition with a synchronous delegate.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="write">Takes an item; called concurrently where writes are concurrent.</param>
    /// <param name="name">The sink's name, for people; null for <c>delegate</c>.</param>
    /// <param name="logger">The log of all that is composed on it; null for nowhere.</param>
    /// <param name="timeProvider">The clock of all that is composed on it; null for the system's.</param>
    /// <returns>A sink to go on with.</returns>
    public static Sink<T> To<T>(Action<T> write, string? name = null, ILogger? logger = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        return new DelegateSink<T>(
            (item, _) =>
            {
                write(item);
                return ValueTask.CompletedTask;
            },
            name,
            logger,
            timeProvider);
    }

    /// <summary>Makes a sink that posts events as JSON, as <see cref="EventJsonContext"/> writes them.</summary>
    /// <param name="client">Sends the requests; not disposed.</param>
    /// <param name="address">Where to: absolute, <c>http</c> or <c>https</c>.</param>
    /// <param name="options">What else it may be told; null for the defaults.</param>
    /// <param name="logger">The log; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>The sink.</returns>
    public static HttpSink<Event> ToHttp(
        HttpClient client,
        Uri address,
        SinkOptions? options = null,
        ILogger? logger = null,
        TimeProvider? timeProvider = null) => new(client, address, EventJsonContext.Default.Event, options, logger, timeProvider);

    /// <summary>Makes what stands in a queue's stream in the place of dropped events: a <see cref="EventAction.ForceReload"/> that counts them.</summary>
    /// <param name="type">The type of the events that go through the queue.</param>
    /// <param name="source">Their source.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <returns>For <see cref="QueueSinkOptions{T}.OverflowMarker"/>.</returns>
    public static Func<long, Event> ForceReloadMarker(EventType type, string source, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var clock = timeProvider ?? TimeProvider.System;
        return dropped => Event.ForceReload(type, source, "a queue was full", dropped, clock.GetUtcNow());
    }
}
