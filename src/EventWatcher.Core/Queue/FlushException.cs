namespace EventWatcher;

/// <summary>A queue's handler threw; the inner exception is what it threw.</summary>
public sealed class FlushException : EventWatcherException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="queueName">Which queue.</param>
    /// <param name="batch">The batch that was being handled.</param>
    /// <param name="attempt">Which try it was, from 1.</param>
    /// <param name="innerException">What the handler threw.</param>
    public FlushException(string queueName, IReadOnlyList<Event> batch, int attempt, Exception innerException)
        : base(
            $"The handler of queue \"{queueName}\" threw {innerException?.GetType().Name} for a batch of {batch?.Count} events (attempt {attempt}): {innerException?.Message}",
            innerException)
    {
        ArgumentNullException.ThrowIfNull(batch);
        QueueName = queueName;
        Batch = batch;
        Attempt = attempt;
    }

    /// <summary>Gets which queue.</summary>
    public string QueueName { get; }

    /// <summary>Gets the batch that was being handled.</summary>
    public IReadOnlyList<Event> Batch { get; }

    /// <summary>Gets which try it was, from 1.</summary>
    public int Attempt { get; }
}
