namespace EventWatcher.Docker;

/// <summary>What there is of a stream up to a time, for an engine that cannot be asked for that.</summary>
internal sealed class BoundedEventStream(IDockerEventStream events, long untilNanoseconds) : IDockerEventStream
{
    /// <inheritdoc/>
    public async ValueTask<DockerEvent?> ReadAsync(CancellationToken cancellationToken = default)
    {
        DockerEvent? next;
        do
        {
            next = await events.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        while (next is not null && next.TimeNanoseconds > untilNanoseconds);

        return next;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => events.DisposeAsync();
}
