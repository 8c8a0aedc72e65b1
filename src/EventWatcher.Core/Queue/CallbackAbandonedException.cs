namespace EventWatcher;

/// <summary>A callback did not return within the queue's <see cref="EventQueueOptions.StopTimeout"/> and was left behind.</summary>
public sealed class CallbackAbandonedException : EventWatcherException
{
    internal CallbackAbandonedException(string queueName, TimeSpan stopTimeout)
        : base($"A callback of queue \"{queueName}\" did not return within {stopTimeout} after the queue was stopped. It is left behind; make it honour its cancellation token.")
    {
        QueueName = queueName;
        StopTimeout = stopTimeout;
    }

    /// <summary>Gets which queue.</summary>
    public string QueueName { get; }

    /// <summary>Gets how long was waited.</summary>
    public TimeSpan StopTimeout { get; }
}
