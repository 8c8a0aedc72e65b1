using Microsoft.Extensions.Logging;

namespace EventWatcher.Core.Tests;

/// <summary>A queue with a fake clock and a recording handler.</summary>
public abstract class QueueFixture : IAsyncLifetime
{
    protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<EventQueue> _queues = [];

    protected FakeTimeProvider Time { get; } = new();

    protected RecordingHandler Handler { get; } = new();

    protected RecordingLogger<EventQueue> Logger { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Handler.Release();
        foreach (var queue in _queues)
        {
            await Eventually.CompletesAsync(queue.DisposeAsync().AsTask());
        }
    }

    protected EventQueue Create(EventQueueOptions options)
    {
        var queue = new EventQueue(options, Handler.HandleAsync, Handler.HandleErrorAsync, Logger, Time);
        _queues.Add(queue);
        return queue;
    }

    protected EventQueue Start(EventQueueOptions? options = null)
    {
        var queue = Create(options ?? new EventQueueOptions());
        queue.Start();
        return queue;
    }

    /// <summary>Starts a queue whose handler is held in its first batch, the one event 0.</summary>
    protected async Task<EventQueue> StartBlockedAsync(EventQueueOptions options)
    {
        var queue = Start(options);
        Handler.Block();
        Assert.True(queue.TryEnqueue(TestEvents.Numbered(0)));
        _ = queue.FlushAsync();
        await Handler.WaitForBatchesAsync(1);
        return queue;
    }

    protected static void Enqueue(EventQueue queue, int first, int count)
    {
        foreach (var item in TestEvents.Numbered(first, count))
        {
            queue.TryEnqueue(item);
        }
    }

    protected static string Show(IEnumerable<Event> events) =>
        string.Join(' ', events.Select(static item => item.Action.IsForceReload
            ? $"reload({item.Source},{item.ActorAttributes.GetValueOrDefault(Event.DroppedAttribute, "-")})"
            : item.ActorName));

    protected string[] ShownBatches() => [.. Handler.Batches.Select(Show)];

    /// <summary>What came in is somewhere: at rest the numbers add up.</summary>
    protected static void AssertAddsUp(EventQueue queue)
    {
        var statistics = queue.Statistics;
        Assert.Equal(statistics.Received, statistics.Flushed + statistics.Dropped + statistics.Failed + statistics.Pending);
    }
}

public sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly List<(LogLevel Level, string Message)> _lines = [];

    public Action<LogLevel>? OnLog { get; set; }

    public IReadOnlyList<(LogLevel Level, string Message)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((logLevel, formatter(state, exception)));
        }

        OnLog?.Invoke(logLevel);
    }
}
