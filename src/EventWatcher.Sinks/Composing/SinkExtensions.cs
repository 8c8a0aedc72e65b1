using Polly;

namespace EventWatcher.Sinks;

/// <summary>How sinks are composed, from the one where items go in the end to the one that is written to first.</summary>
/// <remarks>Each takes the logger and the clock of the one it is put in front of; use the constructors to give others.</remarks>
public static class SinkExtensions
{
    /// <summary>Puts a retry in front.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="strategy">When it tries again: a <see cref="Breaker"/>, an <see cref="ExponentialBackoff"/>, one's own.</param>
    /// <param name="maxAttempts">How many attempts for an item at most; at least 1.</param>
    /// <returns>The sink to write to.</returns>
    public static RetryingSink<T> WithRetry<T>(this ISink<T> sink, RetryStrategy strategy, int maxAttempts = int.MaxValue) =>
        new(sink, strategy, new RetryingSinkOptions { MaxAttempts = maxAttempts });

    /// <summary>Puts a retry in front, by a resilience pipeline.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="pipeline">What runs each write.</param>
    /// <returns>The sink to write to.</returns>
    public static RetryingSink<T> WithRetry<T>(this ISink<T> sink, ResiliencePipeline pipeline) => new(sink, pipeline);

    /// <summary>Puts a queue in front.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="capacity">How many items wait at most; <see cref="int.MaxValue"/> for any number.</param>
    /// <param name="overflow">What happens to an item for which there is no room.</param>
    /// <param name="onDropped">What is told of each accepted item that is not delivered; null for nothing.</param>
    /// <returns>The sink to write to.</returns>
    public static QueueSink<T> WithQueue<T>(
        this ISink<T> sink,
        int capacity = 10_000,
        SinkOverflow overflow = SinkOverflow.Wait,
        Action<DroppedItem<T>>? onDropped = null) =>
        new(sink, new QueueSinkOptions<T> { Capacity = capacity, Overflow = overflow, OnDropped = onDropped });

    /// <summary>Puts a queue in front.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="options">How much it holds, and what it does beyond.</param>
    /// <returns>The sink to write to.</returns>
    public static QueueSink<T> WithQueue<T>(this ISink<T> sink, QueueSinkOptions<T> options) => new(sink, options);

    /// <summary>Puts a collector of batches in front of a sink of lists.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where batches go.</param>
    /// <param name="maxSize">How many items a batch has at most.</param>
    /// <param name="maxDelay">How long at most an item waits for its batch to fill; null for 1 second.</param>
    /// <returns>The sink to write to.</returns>
    public static BatchSink<T> WithBatches<T>(this ISink<IReadOnlyList<T>> sink, int maxSize = 100, TimeSpan? maxDelay = null)
    {
        var options = new BatchSinkOptions<T> { MaxSize = maxSize };
        options.MaxDelay = maxDelay ?? options.MaxDelay;
        options.Capacity = Math.Max(options.Capacity, maxSize);
        return new BatchSink<T>(sink, options);
    }

    /// <summary>Puts a time-out in front.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="timeout">How long a write may take.</param>
    /// <returns>The sink to write to.</returns>
    public static TimeoutSink<T> WithTimeout<T>(this ISink<T> sink, TimeSpan timeout) => new(sink, timeout);

    /// <summary>Puts an observer beside.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="observer">What is called with each item first.</param>
    /// <returns>The sink to write to.</returns>
    public static TapSink<T> WithTap<T>(this ISink<T> sink, Action<T> observer) => new(sink, observer);

    /// <summary>Lets items go nowhere once the sink is closed, instead of throwing.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <returns>The sink to write to.</returns>
    public static IgnoreClosedSink<T> IgnoringClosed<T>(this ISink<T> sink) => new(sink);

    /// <summary>Gives a sink that tolerates no concurrent calls one write at a time.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <returns>The sink to write to.</returns>
    public static SerializedSink<T> Serialized<T>(this ISink<T> sink) => new(sink);

    /// <summary>Lets through what a predicate says.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="sink">Where items go.</param>
    /// <param name="predicate">
    /// Whether an item goes there. One of events should let <see cref="EventAction.ForceReload"/> through.
    /// </param>
    /// <returns>The sink to write to.</returns>
    public static FilterSink<T> Where<T>(this ISink<T> sink, Func<T, bool> predicate) => new(sink, predicate);

    /// <summary>Lets through events with any of these actions, and every <see cref="EventAction.ForceReload"/>.</summary>
    /// <param name="sink">Where events go.</param>
    /// <param name="actions">The actions, a mask.</param>
    /// <returns>The sink to write to.</returns>
    public static FilterSink<Event> Where(this ISink<Event> sink, EventAction actions) =>
        new(sink, item => (item.Action & (actions | EventAction.ForceReload)) != EventAction.None);

    /// <summary>Lets through events of one type, its <see cref="EventAction.ForceReload"/> among them.</summary>
    /// <param name="sink">Where events go.</param>
    /// <param name="type">The type.</param>
    /// <returns>The sink to write to.</returns>
    public static FilterSink<Event> Where(this ISink<Event> sink, EventType type) => new(sink, item => item.Type == type);

    /// <summary>Lets through events of actors whose name matches a pattern, and every <see cref="EventAction.ForceReload"/>.</summary>
    /// <param name="sink">Where events go.</param>
    /// <param name="pattern"><c>*</c> stands for any text, <c>?</c> for one character, all else for itself, case and all.</param>
    /// <returns>The sink to write to.</returns>
    public static FilterSink<Event> WhereActor(this ISink<Event> sink, string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return new(sink, item => item.Action.IsForceReload || Glob.IsMatch(pattern, item.ActorName));
    }
}
