namespace EventWatcher.Docker;

/// <summary>An open stream of an engine's events.</summary>
/// <remarks>One reader at a time; <see cref="IAsyncDisposable.DisposeAsync"/> may be called from anywhere, at any time.</remarks>
public interface IDockerEventStream : IAsyncDisposable
{
    /// <summary>Reads the next event, in the engine's order. Completes synchronously while received events are there.</summary>
    /// <param name="cancellationToken">
    /// Gives up. It ends the stream as a whole, since the connection is closed: dispose it then.
    /// </param>
    /// <returns>The event; null when the engine has ended the stream cleanly, and from then on.</returns>
    /// <exception cref="DockerEventFormatException">
    /// One event was malformed or too large and has been skipped. The stream goes on with the next call.
    /// </exception>
    /// <exception cref="DockerStreamCutException">The connection broke, or the stream ended inside an event.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed, before the call or while it waited.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<DockerEvent?> ReadAsync(CancellationToken cancellationToken = default);
}
