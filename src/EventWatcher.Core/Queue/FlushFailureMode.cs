namespace EventWatcher;

/// <summary>What an <see cref="EventQueue"/> does after its handler threw and the error callback was told.</summary>
public enum FlushFailureMode
{
    /// <summary>Goes on with the next batch.</summary>
    Continue = 0,

    /// <summary>Hands over the same batch again, with back-off, until it succeeds or the queue stops.</summary>
    Retry,

    /// <summary>Stops the queue; the exception surfaces from <see cref="EventQueue.RunAsync"/>.</summary>
    Stop,
}
