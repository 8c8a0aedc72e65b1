using Microsoft.Extensions.Logging;

namespace EventWatcher.Store;

/// <summary>
/// A watcher's right to run: asked for when it is created, which keeps its log from being collected, held until it is
/// disposed, and asked for again where another process has taken over.
/// </summary>
internal sealed class WatcherLease(IEventStore store, string watcherId, bool isEphemeral, ILogger logger, TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>How long creation waits to hear that the id is in use here: less than anybody minds, and long enough for a store that answers over a network.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private Task<IWatcherRegistration>? _registration;

    /// <summary>Asks for the right, and waits a little for the answer.</summary>
    /// <exception cref="StoreWatcherException">The watcher runs in this process already.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        _registration = store.RegisterWatcherAsync(watcherId, isEphemeral, _end.Token).AsTask();
        try
        {
            await _registration.WaitAsync(Patience, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Held elsewhere: the watcher's run waits for it.
        }
    }

    /// <summary>Waits until the right is held.</summary>
    public async Task<IWatcherRegistration> HoldAsync(CancellationToken cancellationToken)
    {
        if (_registration is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _registration = store.RegisterWatcherAsync(watcherId, isEphemeral, _end.Token).AsTask();
        }

        if (!_registration.IsCompleted)
        {
            Log.WatcherWaits(logger, watcherId);
        }

        return await _registration.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives back what was lost, so that it can be asked for again.</summary>
    public async ValueTask GiveBackAsync()
    {
        if (_registration is { } registration)
        {
            _registration = null;
            await ((Task)registration).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (registration.IsCompletedSuccessfully)
            {
                await (await registration.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await GiveBackAsync().ConfigureAwait(false);
    }
}
