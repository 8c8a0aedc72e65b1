using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Sinks;

/// <summary>Takes the events of watchers and queues to sinks.</summary>
public static class SinkEventExtensions
{
    /// <summary>Writes every event of a watcher to a sink, from now on.</summary>
    /// <remarks>
    /// <para>
    /// In order, one at a time. Loss is never silent: what a slow sink has no time for, and what it refuses, becomes one
    /// <see cref="EventAction.ForceReload"/> for each type and source, and an error. An event that the sink fails to
    /// take is tried again with back-off, as <see cref="EventQueueOptions.FlushFailure"/> says; one that it refuses for
    /// good (<see cref="SinkWriteException.IsPermanent"/>) isn't. A sink that is closed ends the pipe.
    /// </para>
    /// <para>The source is never stalled by the sink.</para>
    /// </remarks>
    /// <param name="watcher">The watcher.</param>
    /// <param name="sink">The sink. It is not closed with the pipe.</param>
    /// <param name="options">
    /// How the pipe buffers and fails; null for <see cref="FlushFailureMode.Retry"/> without any delay for batching.
    /// </param>
    /// <param name="onError">Called, one call at a time, with what goes wrong in watcher, pipe and sink. Null: it is logged.</param>
    /// <param name="logger">Where it logs; null for the sink's, where it has one.</param>
    /// <param name="timeProvider">The clock; null for the sink's, where it has one.</param>
    /// <param name="cancellationToken">Ends the pipe.</param>
    /// <returns>The pipe, running: dispose it to end it; its completion says that it has ended.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public static EventQueue PipeTo(
        this IWatcher watcher,
        ISink<Event> sink,
        EventQueueOptions? options = null,
        Func<Exception, CancellationToken, ValueTask>? onError = null,
        ILogger<EventQueue>? logger = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(watcher);
        var queue = sink.ToEventQueue(options, onError, logger, timeProvider);
        queue.Attach(watcher);
        queue.Start(cancellationToken);
        return queue;
    }

    /// <summary>Makes a queue that flushes into a sink; attach watchers, and start it.</summary>
    /// <remarks>
    /// The events of a batch are written one by one, in order. A batch that the queue hands over again goes on where it
    /// failed, so that nothing is written twice; what is given up instead becomes one
    /// <see cref="EventAction.ForceReload"/> for each type and source, before the next event. A sink that is closed
    /// stops the queue.
    /// </remarks>
    /// <param name="sink">The sink. It is not closed with the queue.</param>
    /// <param name="options">How the queue buffers and fails; null for <see cref="FlushFailureMode.Retry"/> without any delay for batching.</param>
    /// <param name="onError">Called, one call at a time, with what goes wrong. Null: it is logged.</param>
    /// <param name="logger">Where it logs; null for the sink's, where it has one.</param>
    /// <param name="timeProvider">The clock; null for the sink's, where it has one.</param>
    /// <returns>The queue, not started.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    public static EventQueue ToEventQueue(
        this ISink<Event> sink,
        EventQueueOptions? options = null,
        Func<Exception, CancellationToken, ValueTask>? onError = null,
        ILogger<EventQueue>? logger = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var closable = sink as IClosable;
        options ??= SetDefaults(new EventQueueOptions { Name = "pipe" });
        timeProvider ??= closable?.TimeProvider ?? TimeProvider.System;
        EventQueue? queue = null;
        var handler = new BatchToSink(
            sink,
            options.Name,
            () => _ = queue!.StopAsync(),
            logger ?? closable?.Logger ?? NullLogger.Instance,
            timeProvider);
        queue = new EventQueue(options, handler.HandleAsync, onError, logger ?? AsQueueLogger(closable?.Logger), timeProvider);
        return queue;
    }

    /// <summary>A sink decides for itself what it does in batches, and a queue before it tries again.</summary>
    internal static EventQueueOptions SetDefaults(EventQueueOptions options)
    {
        options.MaxBatchSize = 1;
        options.FlushFailure = FlushFailureMode.Retry;
        return options;
    }

    private static QueueLogger? AsQueueLogger(ILogger? logger) => logger is null ? null : new QueueLogger(logger);

    private sealed class QueueLogger(ILogger inner) : ILogger<EventQueue>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
