namespace EventWatcher.Docker.Tests;

/// <summary>A fake engine, consumers of it, and the proof afterwards that nothing of either is left.</summary>
public abstract class WatcherTest : IAsyncLifetime
{
    private readonly List<Consumer> _consumers = [];
    private FakeEngine? _engine;

    internal FakeEngine Engine => _engine ??= new FakeEngine(EngineOptions());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var consumer in _consumers)
        {
            await consumer.DisposeAsync();
        }

        if (_engine is null)
        {
            return;
        }

        await _engine.WaitForStreamsAsync(0);
        await _engine.DisposeAsync();
        Assert.Empty(_engine.InternalErrors);
        Assert.Equal(0, _engine.LiveTasks);
    }

    internal virtual FakeEngineOptions EngineOptions() => new();

    /// <summary>Quick to retry and without the audit, which has tests of its own.</summary>
    internal DockerWatcherOptions Options(Action<DockerWatcherOptions>? change = null)
    {
        var options = new DockerWatcherOptions
        {
            Endpoint = Engine.Endpoint,
            RetryDelay = TimeSpan.FromMilliseconds(2),
            MaxRetryDelay = TimeSpan.FromMilliseconds(10),
            AuditInterval = Timeout.InfiniteTimeSpan,
        };
        change?.Invoke(options);
        return options;
    }

    internal Consumer Watch(Action<DockerWatcherOptions>? change = null, TimeProvider? time = null) =>
        Consume(new DockerWatcher(Options(change), timeProvider: time).Watch());

    internal Consumer Consume(WatchStream stream)
    {
        var consumer = new Consumer(stream);
        _consumers.Add(consumer);
        return consumer;
    }

    /// <summary>A consumer that is subscribed, at the engine's end too.</summary>
    internal async Task<Consumer> WatchReadyAsync(Action<DockerWatcherOptions>? change = null, TimeProvider? time = null)
    {
        var consumer = Watch(change, time);
        await consumer.ReadyAsync();
        await Engine.WaitForStreamsAsync(1);
        return consumer;
    }

    /// <summary>Emits an event of its own and waits until it has come: what was to come before it is there.</summary>
    internal async Task SettleAsync(Consumer consumer)
    {
        var name = "settle-" + Guid.NewGuid().ToString("N");
        Engine.Emit("oom", name);
        await consumer.WaitForAsync("oom " + name);
    }

    /// <summary>What came without what <see cref="SettleAsync"/> emitted.</summary>
    internal static IReadOnlyList<string> WordsOf(Consumer consumer) =>
        [.. consumer.Words.Where(word => !word.Contains("settle-", StringComparison.Ordinal))];
}
