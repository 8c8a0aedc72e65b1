namespace EventWatcher;

/// <summary>Handles the batches of a queue that the host runs; see <see cref="QueueBuilder.Handle{THandler}"/>.</summary>
/// <remarks>
/// Resolved in a fresh scope for each batch, so that it may use scoped services such as a database context. A queue
/// calls <see cref="HandleAsync"/> for one batch at a time, in order; <see cref="HandleErrorAsync"/> may be called
/// meanwhile, on another instance.
/// </remarks>
public interface IEventBatchHandler
{
    /// <summary>Handles a batch.</summary>
    /// <param name="batch">At least one event, in order; the list is the handler's to keep.</param>
    /// <param name="cancellationToken">Cancelled when the queue gives up waiting for the handler, not as soon as the host stops.</param>
    /// <returns>The handling. An exception is reported; what follows is <see cref="EventQueueOptions.FlushFailure"/>.</returns>
    ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken);

    /// <summary>
    /// Is told of what went wrong: a <see cref="FlushException"/>, a <see cref="QueueOverflowException"/>, or a
    /// <see cref="WatcherException"/> of a source. It has been logged already; the default does nothing more.
    /// </summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="cancellationToken">Cancelled when the queue gives up waiting.</param>
    /// <returns>The handling. An exception is logged.</returns>
    ValueTask HandleErrorAsync(Exception exception, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
