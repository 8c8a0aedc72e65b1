namespace EventWatcher.Docker;

/// <summary>One event was malformed or too large and has been skipped; the stream goes on.</summary>
/// <remarks>It does not carry the event's text, since labels may hold secrets.</remarks>
public sealed class DockerEventFormatException : DockerEngineException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="position">Where in the stream the event begins, in bytes.</param>
    /// <param name="length">How long it is, in bytes; for one that is too large, as much as was seen of it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DockerEventFormatException(string engine, string message, long position, long length, Exception? innerException = null)
        : base(engine, message, innerException)
    {
        Position = position;
        Length = length;
    }

    /// <summary>Gets where in the stream the event begins, in bytes.</summary>
    public long Position { get; }

    /// <summary>Gets how long it is, in bytes; for one that is too large, as much as was seen of it.</summary>
    public long Length { get; }
}
