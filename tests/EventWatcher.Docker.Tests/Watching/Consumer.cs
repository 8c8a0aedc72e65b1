namespace EventWatcher.Docker.Tests;

/// <summary>Reads a subscription as fast as it can and remembers what came.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<Event> _events = [];
    private readonly List<WatcherException> _errors = [];
    private readonly Signal _changed = new();
    private readonly Task _reading;

    public Consumer(WatchStream stream)
    {
        Stream = stream;
        _reading = Task.WhenAll(Task.Run(ReadEventsAsync), Task.Run(ReadErrorsAsync));
    }

    public WatchStream Stream { get; }

    public IReadOnlyList<Event> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public IReadOnlyList<WatcherException> Errors
    {
        get
        {
            lock (_gate)
            {
                return [.. _errors];
            }
        }
    }

    /// <summary>What came, in words: <c>start c1</c>, <c>force-reload</c>.</summary>
    public IReadOnlyList<string> Words => [.. Events.Select(e => e.ToString())];

    public IReadOnlyList<Event> Reloads => [.. Events.Where(e => e.Action.IsForceReload)];

    public string ReloadReasons => string.Join(" | ", Reloads.Select(e => e.ActorAttributes[Event.ReasonAttribute]));

    public Task ReadyAsync() => Stream.Ready.WaitAsync(Deadline);

    /// <summary>Waits until an event came that satisfies the condition, those that came before included.</summary>
    public async Task<Event> WaitForAsync(Func<Event, bool> match, string what)
    {
        await WaitUntilAsync(() => Events.Any(match), what);
        return Events.First(match);
    }

    public Task<Event> WaitForAsync(string words) => WaitForAsync(e => e.ToString() == words, words);

    public Task WaitForReloadsAsync(int count) => WaitUntilAsync(() => Reloads.Count >= count, $"{count} force-reloads");

    public Task WaitForErrorsAsync(int count) => WaitUntilAsync(() => Errors.Count >= count, $"{count} errors");

    public Task WaitForStateAsync(WatchState state) =>
        EventWatcher.TestKit.Eventually.TrueAsync(() => Stream.State == state, Deadline, $"state {state}");

    public Task WaitUntilAsync(Func<bool> condition, string what, TimeSpan? deadline = null) => _changed.WaitUntilAsync(
        condition,
        () => $"{what}; there came: {string.Join(", ", Words.TakeLast(40))}; errors: {string.Join(" | ", Errors.TakeLast(5).Select(e => e.Message))}",
        deadline);

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        await _reading.WaitAsync(Deadline);
    }

    private async Task ReadEventsAsync()
    {
        while (await Stream.Events.WaitToReadAsync())
        {
            while (Stream.Events.TryRead(out var item))
            {
                lock (_gate)
                {
                    _events.Add(item);
                }
            }

            _changed.Pulse();
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await Stream.Errors.WaitToReadAsync())
        {
            while (Stream.Errors.TryRead(out var error))
            {
                lock (_gate)
                {
                    _errors.Add(error);
                }
            }

            _changed.Pulse();
        }
    }
}
