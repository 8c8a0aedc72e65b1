using EventWatcher.Docker;

namespace EventWatcher.IntegrationTests;

/// <summary>A subscription whose events and errors are collected as they come.</summary>
public sealed class WatchedEvents : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Event> _events = [];
    private readonly List<WatcherException> _errors = [];
    private readonly WatchStream _stream;
    private readonly Task _reading;

    private WatchedEvents(WatchStream stream, Func<Event, Task>? onEvent)
    {
        _stream = stream;
        _reading = ReadAsync(onEvent);
    }

    public WatchState State => _stream.State;

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

    public int ForceReloads => Events.Count(item => item.Action.IsForceReload);

    public IReadOnlyList<string> Lines => [.. Events.Where(item => item.Action != EventAction.ForceReload).Select(item => $"{item.Action.ToName()} {item.ActorId}")];

    public static async Task<WatchedEvents> StartAsync(DockerWatcherOptions options, Func<Event, Task>? onEvent = null, bool awaitReady = true)
    {
        var stream = new DockerWatcher(options).Watch();
        if (awaitReady)
        {
            await stream.Ready.WaitAsync(Deadline.Generous);
        }

        return new WatchedEvents(stream, onEvent);
    }

    public Task WaitForCountAsync(int count) =>
        Deadline.UntilAsync(() => Lines.Count >= count, () => $"{count} events. There were {Lines.Count}:\n{string.Join('\n', Events)}");

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync(Func<Event, Task>? onEvent)
    {
        await foreach (var item in _stream.ReadAllAsync(Keep))
        {
            lock (_gate)
            {
                _events.Add(item);
            }

            if (onEvent is not null)
            {
                await onEvent(item);
            }
        }

        ValueTask Keep(WatcherException error)
        {
            lock (_gate)
            {
                _errors.Add(error);
            }

            return ValueTask.CompletedTask;
        }
    }
}
