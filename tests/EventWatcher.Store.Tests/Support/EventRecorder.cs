using System.Collections.Concurrent;
using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>A handler that records every call, and then does what the test says.</summary>
public sealed class EventRecorder
{
    private readonly ConcurrentQueue<long> _calls = new();
    private readonly ConcurrentQueue<Exception> _errors = new();
    private readonly ConcurrentQueue<StoredEvent> _skipped = new();

    public Func<StoredEvent, CancellationToken, ValueTask>? Then { get; set; }

    /// <summary>Gets or sets the same for tests that have no use for the token.</summary>
    public Func<StoredEvent, ValueTask>? Does { get; set; }

    public IReadOnlyList<long> Calls => [.. _calls];

    public IReadOnlyList<Exception> Errors => [.. _errors];

    public IReadOnlyList<long> Skipped => [.. _skipped.Select(static item => item.SequenceNumber)];

    public ValueTask HandleAsync(StoredEvent item, CancellationToken cancellationToken)
    {
        _calls.Enqueue(item.SequenceNumber);
        if (Does is { } does)
        {
            return does(item);
        }

        return Then is { } then ? then(item, cancellationToken) : ValueTask.CompletedTask;
    }

    public ValueTask OnErrorAsync(Exception exception, CancellationToken cancellationToken)
    {
        _errors.Enqueue(exception);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnSkippedAsync(StoredEvent item, EventHandlingException exception, CancellationToken cancellationToken)
    {
        _skipped.Enqueue(item);
        return ValueTask.CompletedTask;
    }

    public Task WaitForCallsAsync(int count) => Eventually.TrueAsync(() => _calls.Count >= count, expectation: $"{count} calls, of {string.Join(',', _calls)}");
}
