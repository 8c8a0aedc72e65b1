using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher;

/// <summary>Buffers events of any number of sources and hands them to one handler in batches.</summary>
/// <remarks>
/// <para>
/// One flush at a time, in the order of arrival; receiving goes on while a flush runs, and what came meanwhile is
/// flushed right after (after a synchronous flush of less than a millisecond it is left to the interval and to full
/// batches, since nothing has waited). A handler that throws does not stop the flow, one that never returns holds up its own queue
/// only. What does not fit is never lost silently; see <see cref="EventQueueOptions.Overflow"/>.
/// </para>
/// <para>
/// Every member is thread-safe, and may be called from inside the callbacks too: there
/// <see cref="FlushAsync"/>, <see cref="StopAsync"/> and <see cref="DisposeAsync"/> only request and return.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// await using var queue = new EventQueue(new EventQueueOptions(), batch => Console.WriteLine($"{batch.Count} events"));
/// queue.Attach(watcher);
/// await queue.RunAsync(cancellationToken);
/// </code>
/// </example>
public sealed partial class EventQueue : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly EventBuffer _buffer;
    private readonly EventQueueOptions _options;
    private readonly Func<IReadOnlyList<Event>, CancellationToken, ValueTask> _onFlush;
    private readonly Func<Exception, CancellationToken, ValueTask>? _onError;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly CoreTelemetry _telemetry;
    private readonly AsyncSignal _signal = new();
    private Phase _phase;

    /// <summary>Initializes a queue with an asynchronous handler.</summary>
    /// <param name="options">How it batches; null for the defaults. Copied.</param>
    /// <param name="onFlush">
    /// The handler. It gets a batch of at least one event, in order, to keep; and a token that is cancelled when the
    /// queue gives up waiting for it.
    /// </param>
    /// <param name="onError">
    /// Called, one call at a time, with a <see cref="FlushException"/> when the handler threw, a
    /// <see cref="QueueOverflowException"/> when events found no room, and each error of an attached stream.
    /// Null: they are logged.
    /// </param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="meterFactory">Where its metrics belong; null for a meter of its own.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public EventQueue(
        EventQueueOptions? options,
        Func<IReadOnlyList<Event>, CancellationToken, ValueTask> onFlush,
        Func<Exception, CancellationToken, ValueTask>? onError = null,
        ILogger<EventQueue>? logger = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null)
        : this(options, onFlush, onError, logger, timeProvider, meterFactory is null ? CoreTelemetry.Default : new CoreTelemetry(meterFactory))
    {
    }

    /// <summary>Initializes a queue with a synchronous handler.</summary>
    /// <param name="options">How it batches; null for the defaults. Copied.</param>
    /// <param name="onFlush">The handler; it gets a batch of at least one event, in order, to keep.</param>
    /// <param name="onError">Called, one call at a time, with what went wrong; null: it is logged.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public EventQueue(
        EventQueueOptions? options,
        Action<IReadOnlyList<Event>> onFlush,
        Action<Exception>? onError = null,
        ILogger<EventQueue>? logger = null,
        TimeProvider? timeProvider = null)
        : this(options, Asynchronous(onFlush), onError is null ? null : Asynchronous(onError), logger, timeProvider, CoreTelemetry.Default)
    {
    }

    /// <summary>
    /// Initializes a queue with a handler that returns a task and needs no token: <c>async batch => …</c> is this one,
    /// and not an <c>async void</c> of the synchronous one.
    /// </summary>
    /// <param name="options">How it batches; null for the defaults. Copied.</param>
    /// <param name="onFlush">The handler; it gets a batch of at least one event, in order, to keep.</param>
    /// <param name="onError">Called, one call at a time, with what went wrong; null: it is logged.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; all are named.</exception>
    public EventQueue(
        EventQueueOptions? options,
        Func<IReadOnlyList<Event>, Task> onFlush,
        Func<Exception, Task>? onError = null,
        ILogger<EventQueue>? logger = null,
        TimeProvider? timeProvider = null)
        : this(options, Asynchronous(onFlush), onError is null ? null : Asynchronous(onError), logger, timeProvider, CoreTelemetry.Default)
    {
    }

    internal EventQueue(
        EventQueueOptions? options,
        Func<IReadOnlyList<Event>, CancellationToken, ValueTask> onFlush,
        Func<Exception, CancellationToken, ValueTask>? onError,
        ILogger? logger,
        TimeProvider? timeProvider,
        CoreTelemetry telemetry)
    {
        ArgumentNullException.ThrowIfNull(onFlush);
        _options = EventQueueOptionsValidator.Instance.ThrowIfInvalid(options ?? new EventQueueOptions()).Copy();
        _onFlush = onFlush;
        _onError = onError;
        _logger = logger ?? NullLogger.Instance;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _telemetry = telemetry;
        _buffer = new EventBuffer(_options.Capacity, _timeProvider);
    }

    private enum Phase
    {
        Created = 0,
        Running,
        Stopping,
        Ended,
    }

    /// <summary>Gets the queue's name, from its options.</summary>
    public string Name => _options.Name;

    /// <summary>Gets what the queue has done so far: a consistent snapshot, cheap.</summary>
    public EventQueueStatistics Statistics
    {
        get
        {
            lock (_gate)
            {
                return new EventQueueStatistics(
                    _received,
                    _flushed,
                    _dropped,
                    _failed,
                    _batches,
                    _failures,
                    _buffer.Count,
                    _lastFlushDuration,
                    _flushStarted is { } started ? _timeProvider.GetElapsedTime(started) : null);
            }
        }
    }

    /// <summary>Gets whether an event that came now would find no room of its own.</summary>
    internal bool IsFull
    {
        get
        {
            lock (_gate)
            {
                return _buffer.IsFull;
            }
        }
    }

    private static Func<IReadOnlyList<Event>, CancellationToken, ValueTask> Asynchronous(Action<IReadOnlyList<Event>> onFlush)
    {
        ArgumentNullException.ThrowIfNull(onFlush);
        return (batch, _) =>
        {
            onFlush(batch);
            return ValueTask.CompletedTask;
        };
    }

    private static Func<IReadOnlyList<Event>, CancellationToken, ValueTask> Asynchronous(Func<IReadOnlyList<Event>, Task> onFlush)
    {
        ArgumentNullException.ThrowIfNull(onFlush);
        return (batch, _) => new ValueTask(onFlush(batch));
    }

    private static Func<Exception, CancellationToken, ValueTask> Asynchronous(Func<Exception, Task> onError) =>
        (exception, _) => new ValueTask(onError(exception));

    private static Func<Exception, CancellationToken, ValueTask> Asynchronous(Action<Exception> onError) => (exception, _) =>
    {
        onError(exception);
        return ValueTask.CompletedTask;
    };
}
