namespace EventWatcher.Sinks;

/// <summary>When a <see cref="RetryingSink{T}"/> tries again. Derive from it for a strategy of one's own.</summary>
/// <remarks>Called concurrently where writes are concurrent: implementations must be thread-safe.</remarks>
public abstract class RetryStrategy
{
    /// <summary>Asked before each attempt, the first one too.</summary>
    /// <returns>How long to wait before it; zero or less for not at all.</returns>
    public abstract TimeSpan Proceed();

    /// <summary>Told of an attempt that failed.</summary>
    /// <param name="exception">What the target threw.</param>
    /// <returns>True to give the item up; false for another attempt.</returns>
    public abstract bool Failure(Exception exception);

    /// <summary>Told of an attempt that succeeded.</summary>
    public abstract void Success();
}
