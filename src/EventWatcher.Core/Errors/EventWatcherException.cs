namespace EventWatcher;

/// <summary>
/// The root of every exception that this family of libraries throws or reports on its own account.
/// </summary>
/// <remarks>
/// Bad arguments are <see cref="ArgumentException"/>, bad options
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>, the caller's own cancellation
/// <see cref="OperationCanceledException"/> with the caller's token; all else derives from here.
/// Messages never contain secrets.
/// </remarks>
public abstract class EventWatcherException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened, to what, and what to do.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    protected EventWatcherException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
