using Microsoft.Extensions.Logging;

namespace EventWatcher.Idle;

/// <summary>One provider: its event stream, and the last list of its containers.</summary>
internal sealed class ProviderSession(string name, IContainerProvider provider, IdleManager manager, IdleClock clock, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly AsyncSignal _listWanted = new();
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Directory _directory = new([]);
    private bool _isFailing;

    public string Name => name;

    public IContainerProvider Provider => provider;

    /// <summary>Gets the containers of the last list.</summary>
    public IReadOnlyCollection<ContainerInfo> Containers => _directory.All;

    /// <summary>Gets whether there was a list yet.</summary>
    public bool IsListed => _listed.Task.IsCompleted;

    /// <summary>Gets what completes after the first list.</summary>
    public Task Listed => _listed.Task;

    /// <summary>Finds a container of the last list by its name or id.</summary>
    public ContainerInfo? Find(string nameOrId) => _directory.Find(nameOrId);

    /// <summary>Finds a container of the last list by Compose's project and service.</summary>
    public ContainerInfo? FindService(string project, string service) => _directory.FindService(project, service);

    public async Task<ContainerId?> FindIdAsync(string nameOrId, CancellationToken cancellationToken) =>
        new Directory(await provider.ListAsync(cancellationToken).ConfigureAwait(false)).Find(nameOrId)?.Id;

    /// <summary>Asks for a new list; many such wishes become one.</summary>
    public void WantList() => _listWanted.Set();

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(WatchAsync(cancellationToken), ListAsync(cancellationToken));

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var stream = provider.CreateWatcher().Watch(cancellationToken);
                await using (stream.ConfigureAwait(false))
                {
                    _ = ListWhenReadyAsync(stream);
                    await foreach (var item in stream.ReadAllAsync(OnError, cancellationToken).ConfigureAwait(false))
                    {
                        manager.OnEvent(this, item);
                    }
                }

                Log.WatchEnded(logger, name, exception: null);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.WatchEnded(logger, name, exception);
            }

            if (!await PauseAsync(LongestPause, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    // What happens after this list is seen, so that nothing is missed between the two.
    private async Task ListWhenReadyAsync(WatchStream stream)
    {
        await stream.Ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        WantList();
    }

    private ValueTask OnError(WatcherException exception)
    {
        Log.WatchError(logger, name, exception.Message, exception);
        return ValueTask.CompletedTask;
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static session => ((ProviderSession)session!).WantList(), this);
        WantList();
        while (true)
        {
            await _listWanted.WaitAsync().ConfigureAwait(false);
            var pause = FirstPause;
            while (!await TryListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!await PauseAsync(pause, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                _listed.TrySetCanceled(CancellationToken.None);
                return;
            }
        }
    }

    private async Task<bool> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            _directory = new Directory(await provider.ListAsync(cancellationToken).ConfigureAwait(false));
            _isFailing = false;
            manager.OnListed(this);
            _listed.TrySetResult();
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception)
        {
            if (_isFailing)
            {
                Log.ListFailedAgain(logger, name, exception);
            }
            else
            {
                _isFailing = true;
                Log.ListFailed(logger, name, exception);
            }

            return false;
        }
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, clock.Provider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }

    private sealed class Directory
    {
        private readonly Dictionary<string, ContainerInfo> _byName = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ContainerInfo> _byId = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Project, string Service), ContainerInfo> _byService = [];

        public Directory(IReadOnlyList<ContainerInfo> containers)
        {
            foreach (var container in containers)
            {
                _byName.TryAdd(container.Name, container);
                _byId.TryAdd(container.Id.Value, container);
                if (LabelReader.ServiceOf(container) is { } service)
                {
                    _byService.TryAdd(service, container);
                }
            }
        }

        public IReadOnlyCollection<ContainerInfo> All => _byId.Values;

        public ContainerInfo? FindService(string project, string service) => _byService.GetValueOrDefault((project, service));

        public ContainerInfo? Find(string nameOrId) => _byName.GetValueOrDefault(nameOrId) ?? _byId.GetValueOrDefault(nameOrId);
    }
}
