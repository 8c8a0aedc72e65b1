using EventWatcher.TestKit;

namespace EventWatcher.Files.Tests;

/// <summary>One subscription, and everything that came of it.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly WatchStream _stream;
    private readonly Func<Task> _flush;
    private readonly Action<Event>? _onEvent;
    private readonly List<Event> _events = [];
    private readonly Task _reading;
    private int _cleared;

    private Recorder(Watcher watcher, Func<Task> flush, Action<Event>? onEvent)
    {
        _stream = watcher.Watch();
        _flush = flush;
        _onEvent = onEvent;
        _reading = Task.Run(ReadAsync);
    }

    public IReadOnlyList<Event> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public List<WatcherException> Errors { get; } = [];

    public WatchStream Stream => _stream;

    public IReadOnlyList<string> Words => [.. Events.Select(static item => item.ToString())];

    public static async Task<Recorder> StartAsync(Watcher watcher, Action<Event>? onEvent = null)
    {
        Func<Task> flush = watcher switch
        {
            DirectoryWatcher directory => () => directory.FlushAsync(),
            FileWatcher file => () => file.FlushAsync(),
            ConfigFileWatcher config => () => config.FlushAsync(),
            _ => () => Task.CompletedTask,
        };
        var recorder = new Recorder(watcher, flush, onEvent);
        await recorder._stream.Ready.WaitAsync(Eventually.DefaultDeadline);
        return recorder;
    }

    /// <summary>Waits until what happened has been reported, and read here.</summary>
    public async Task FlushAsync()
    {
        await _flush().WaitAsync(Eventually.DefaultDeadline * 2);
        await Eventually.TrueAsync(() => _cleared + Events.Count >= _stream.Statistics.Emitted - _stream.Statistics.Dropped);
    }

    public Task UntilAsync(Func<IReadOnlyList<string>, bool> condition) => WaitAsync(() => condition(Words));

    public Task UntilCountAsync(int count) => WaitAsync(() => Events.Count >= count);

    public void Clear()
    {
        lock (_events)
        {
            _cleared += _events.Count;
            _events.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
    }

    private async Task WaitAsync(Func<bool> condition)
    {
        try
        {
            await Eventually.TrueAsync(condition);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException("Seen: " + string.Join(" | ", Words.TakeLast(50)), late);
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var item in _stream.ReadAllAsync(error =>
        {
            lock (Errors)
            {
                Errors.Add(error);
            }

            return ValueTask.CompletedTask;
        }))
        {
            _onEvent?.Invoke(item);
            lock (_events)
            {
                _events.Add(item);
            }
        }
    }
}
