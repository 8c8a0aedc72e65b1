using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Proxmox.Tests;

/// <summary>A watcher of the fake cluster, on a clock that goes on only while the watcher has nothing to do.</summary>
public abstract class WatcherTest : ProxmoxTest
{
    private readonly List<Event> _events = [];
    private readonly List<WatcherException> _errors = [];
    private WatchStream? _stream;

    private protected ProxmoxWatcher Watcher { get; private set; } = null!;

    private protected WatchState State => _stream!.State;

    public override async Task DisposeAsync()
    {
        await EndAsync();
        await base.DisposeAsync();
    }

    /// <summary>Ends the subscription, and waits for all that it has begun.</summary>
    private protected async Task EndAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }

    /// <summary>Starts to watch and waits until that stands.</summary>
    private protected async Task WatchAsync(Action<ProxmoxWatcherOptions>? configure = null, ILogger<ProxmoxWatcher>? logger = null)
    {
        BeginToWatch(configure, logger);
        await Pump.UntilAsync(Time, () => _stream!.Ready.IsCompleted, IsQuiet);
        await _stream!.Ready;
    }

    private protected void BeginToWatch(Action<ProxmoxWatcherOptions>? configure = null, ILogger<ProxmoxWatcher>? logger = null)
    {
        var options = Options<ProxmoxWatcherOptions>();
        configure?.Invoke(options);
        Watcher = new ProxmoxWatcher(options, logger, Time);
        _stream = Watcher.Watch();
    }

    /// <summary>Lets time pass.</summary>
    private protected Task PassAsync(double seconds) => Pump.ForAsync(Time, TimeSpan.FromSeconds(seconds), IsQuiet);

    /// <summary>Lets time pass until so many events have come in all.</summary>
    private protected async Task<IReadOnlyList<Event>> EventsAsync(int count)
    {
        await Pump.UntilAsync(Time, () => Read().Count >= count, IsQuiet, () => $"Came: {string.Join(", ", _events)}");
        return _events;
    }

    private protected Task UntilAsync(WatchState state) => Pump.UntilAsync(Time, () => State == state, IsQuiet, () => $"The state is {State}.");

    /// <summary>All events that have come.</summary>
    private protected IReadOnlyList<Event> Read()
    {
        while (_stream!.Events.TryRead(out var item))
        {
            _events.Add(item);
        }

        return _events;
    }

    private protected IReadOnlyList<WatcherException> Errors()
    {
        while (_stream!.Errors.TryRead(out var error))
        {
            _errors.Add(error);
        }

        return _errors;
    }

    private protected string Story() => string.Join(", ", Read());

    private protected bool IsQuiet() => Server.Delayed > 0 || Watcher.Hub?.Clock.IsQuiet == true;
}
