namespace EventWatcher;

/// <summary>Something that items can be written to.</summary>
/// <typeparam name="T">What is written.</typeparam>
/// <remarks>
/// Concurrent calls of <see cref="WriteAsync"/> are allowed. Order holds for each writer that awaits one write before
/// the next. Disposing closes the sink: what it has accepted is delivered as its kind promises, and every later
/// write throws <see cref="SinkClosedException"/>. Disposing twice is harmless.
/// </remarks>
public interface ISink<in T> : IAsyncDisposable
{
    /// <summary>Writes one item.</summary>
    /// <param name="item">The item; null is refused.</param>
    /// <param name="cancellationToken">Gives up waiting; whether the item was taken is then the sink's to say.</param>
    /// <returns>Completes when the sink has accepted the item (a queue) or delivered it (everything else).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="item"/> is null.</exception>
    /// <exception cref="SinkClosedException">The sink is closed. Terminal: never worth a retry.</exception>
    ValueTask WriteAsync(T item, CancellationToken cancellationToken = default);
}
