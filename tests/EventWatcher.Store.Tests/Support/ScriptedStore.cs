using System.Collections.Concurrent;

namespace EventWatcher.Store.Tests;

/// <summary>A store in front of another one, which counts and fails as the test says.</summary>
public sealed class ScriptedStore(IEventStore inner) : IEventStore
{
    private readonly ConcurrentQueue<int> _fetches = new();

    public Func<Exception?>? FailRead { get; set; }

    public Func<Exception?>? FailCheckpoint { get; set; }

    /// <summary>Gets or sets what a checkpoint waits for before it is stored.</summary>
    public Func<Task>? HoldCheckpoint { get; set; }

    public Func<string, CancellationToken, ValueTask<IWatcherRegistration>>? Register { get; set; }

    /// <summary>Gets how many events each read returned that returned any.</summary>
    public IReadOnlyList<int> Fetches => [.. _fetches];

    public IEventSerializer Serializer => inner.Serializer;

    public ValueTask<long> StoreEventAsync(NewEvent newEvent, CancellationToken cancellationToken = default) => inner.StoreEventAsync(newEvent, cancellationToken);

    public ValueTask<SequenceRange> StoreEventsAsync(IReadOnlyList<NewEvent> newEvents, CancellationToken cancellationToken = default) =>
        inner.StoreEventsAsync(newEvents, cancellationToken);

    public async ValueTask<GetEventsResponse> GetEventsAsync(GetEventsRequest request, CancellationToken cancellationToken = default)
    {
        if (FailRead?.Invoke() is { } failure)
        {
            throw failure;
        }

        var response = await inner.GetEventsAsync(request, cancellationToken);
        if (response.Events.Count > 0)
        {
            _fetches.Enqueue(response.Events.Count);
        }

        return response;
    }

    public ValueTask<long> GetLatestSequenceNumberAsync(CancellationToken cancellationToken = default) => inner.GetLatestSequenceNumberAsync(cancellationToken);

    public ValueTask<long> GetOldestSequenceNumberAsync(CancellationToken cancellationToken = default) => inner.GetOldestSequenceNumberAsync(cancellationToken);

    public async ValueTask StoreCheckpointAsync(string watcherId, long sequenceNumber, CancellationToken cancellationToken = default)
    {
        await (HoldCheckpoint?.Invoke() ?? Task.CompletedTask);
        if (FailCheckpoint?.Invoke() is { } failure)
        {
            throw failure;
        }

        await inner.StoreCheckpointAsync(watcherId, sequenceNumber, cancellationToken);
    }

    public ValueTask<long?> GetCheckpointAsync(string watcherId, CancellationToken cancellationToken = default) => inner.GetCheckpointAsync(watcherId, cancellationToken);

    public ValueTask<bool> DeleteCheckpointAsync(string watcherId, CancellationToken cancellationToken = default) => inner.DeleteCheckpointAsync(watcherId, cancellationToken);

    public ValueTask<IReadOnlyList<Checkpoint>> ListCheckpointsAsync(CancellationToken cancellationToken = default) => inner.ListCheckpointsAsync(cancellationToken);

    public ValueTask<IWatcherRegistration> RegisterWatcherAsync(string watcherId, bool isEphemeral, CancellationToken cancellationToken = default) =>
        Register is null ? inner.RegisterWatcherAsync(watcherId, isEphemeral, cancellationToken) : Register(watcherId, cancellationToken);

    public Task CloseAsync(CancellationToken cancellationToken = default) => inner.CloseAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
