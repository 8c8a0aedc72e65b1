namespace EventWatcher.Store;

/// <summary>One right to run, shared by all subscriptions of one watcher: taken with the first, given back with the last.</summary>
#pragma warning disable CA1001 // A source without timer holds nothing to release.
internal sealed class SharedRegistration(IEventStore store, string watcherId, bool isEphemeral)
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _end;
    private Task<IWatcherRegistration>? _registration;
    private Task _givenBack = Task.CompletedTask;
    private int _holders;

    /// <summary>Waits until the right is held.</summary>
    /// <returns>Cancelled when another process has taken over. <see cref="ReleaseAsync"/> follows in every case.</returns>
    public async Task<CancellationToken> HoldAsync(CancellationToken cancellationToken)
    {
        Task<IWatcherRegistration> registration;
        lock (_gate)
        {
            _holders++;
            if (_registration is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _end = new CancellationTokenSource();
                _registration = RegisterAsync(_givenBack, _end.Token);
            }

            registration = _registration;
        }

        return (await registration.WaitAsync(cancellationToken).ConfigureAwait(false)).Lost;
    }

    /// <summary>Lets go; with the last holder the right is given back.</summary>
    public Task ReleaseAsync()
    {
        lock (_gate)
        {
            if (--_holders > 0 || _registration is null)
            {
                return Task.CompletedTask;
            }

            _givenBack = GiveBackAsync(_registration, _end!);
            _registration = null;
            return _givenBack;
        }
    }

    private static async Task GiveBackAsync(Task<IWatcherRegistration> registration, CancellationTokenSource end)
    {
        await end.CancelAsync().ConfigureAwait(false);
        await ((Task)registration).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (registration.IsCompletedSuccessfully)
        {
            await (await registration.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<IWatcherRegistration> RegisterAsync(Task givenBack, CancellationToken cancellationToken)
    {
        // The one before may be on its way back still, and would be in the way.
        await givenBack.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return await store.RegisterWatcherAsync(watcherId, isEphemeral, cancellationToken).ConfigureAwait(false);
    }
}
