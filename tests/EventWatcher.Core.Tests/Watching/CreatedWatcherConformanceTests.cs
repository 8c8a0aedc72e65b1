using System.Threading.Channels;

namespace EventWatcher.Core.Tests;

/// <summary>A watcher as a user writes it: a delegate, and a source with subscribers.</summary>
public sealed class CreatedWatcherConformanceTests : WatcherConformanceTests
{
    private readonly Source _source = new();

    protected override IWatcher CreateWatcher() => _source.CreateWatcher(new WatcherOptions { Name = "created" });

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.CauseEventAsync();
}

public sealed class CreatedWatcherOverflowConformanceTests : WatcherOverflowConformanceTests
{
    private readonly Source _source = new();

    protected override IWatcher CreateWatcher(int capacity) => _source.CreateWatcher(new WatcherOptions { Name = "created", Capacity = capacity });

    protected override Task<ExpectedEvent> CauseEventAsync() => _source.CauseEventAsync();
}

internal sealed class Source
{
    private readonly Lock _gate = new();
    private readonly List<Channel<int>> _subscribers = [];
    private int _number;

    public Watcher CreateWatcher(WatcherOptions options) => Watcher.Create(TestEvents.Type, WatchAsync, options);

    public Task<ExpectedEvent> CauseEventAsync()
    {
        lock (_gate)
        {
            _number++;
            _subscribers.ForEach(subscriber => subscriber.Writer.TryWrite(_number));
            return Task.FromResult(new ExpectedEvent(EventAction.Custom(0), $"{_number}"));
        }
    }

    private async Task WatchAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<int>();
        lock (_gate)
        {
            _subscribers.Add(channel);
        }

        try
        {
            output.SetReady();
            await foreach (var number in channel.Reader.ReadAllAsync(cancellationToken))
            {
                output.Emit(new Event { Type = TestEvents.Type, Action = EventAction.Custom(0), ActorName = $"{number}" });
            }
        }
        finally
        {
            lock (_gate)
            {
                _subscribers.Remove(channel);
            }
        }
    }
}
