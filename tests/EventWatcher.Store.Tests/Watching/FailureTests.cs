using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store.Tests;

/// <summary>Handlers and stores that fail.</summary>
public abstract class FailureTests : StoreWatcherTest
{
    [Fact]
    public async Task Block_calls_again_for_ever_whatever_the_maximum()
    {
        const int Failures = 100;
        await AppendAsync(2);
        var failed = 0;
        Recorder.Then = (item, _) => item.SequenceNumber == 1 && failed++ < Failures ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;

        var watcher = await CreateAsync(static options => (options.MaxAttempts, options.RetryStrategy) = (3, RetryStrategy.Block));
        await WaitForAsync(watcher, 2);

        Assert.Equal(Enumerable.Repeat(1L, Failures + 1).Append(2), Recorder.Calls);
        Assert.Equal(Failures, Recorder.Errors.Count);
        Assert.All(Recorder.Errors, static error => Assert.Equal(1, Assert.IsType<EventHandlingException>(error).SequenceNumber));
        Assert.Equal(0, watcher.Statistics.ConsecutiveFailures);
        Assert.Equal(0, watcher.Statistics.Skipped);
        Assert.Single(Logger.Lines, static line => line.Level == LogLevel.Warning);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Skip_calls_exactly_as_often_as_allowed_then_goes_on(int attempts)
    {
        await AppendAsync(3);
        Recorder.Then = (item, _) => item.SequenceNumber == 2 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;

        var watcher = await CreateAsync(options => (options.MaxAttempts, options.RetryStrategy) = (attempts, RetryStrategy.Skip));
        await WaitForAsync(watcher, 3);

        Assert.Equal([1, .. Enumerable.Repeat(2L, attempts), 3], Recorder.Calls);
        Assert.Equal([2], Recorder.Skipped);
        Assert.Equal((2, 1), (watcher.Statistics.Handled, watcher.Statistics.Skipped));
        Assert.Contains(Logger.Lines, static line => line.Level == LogLevel.Error && line.Message.Contains("event 2 is skipped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Skip_without_limit_never_skips()
    {
        await AppendAsync(1);
        Recorder.Then = (_, _) => Recorder.Calls.Count <= 50 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;

        var watcher = await CreateAsync(static options => options.RetryStrategy = RetryStrategy.Skip);
        await WaitForAsync(watcher, 1);

        Assert.Equal(51, Recorder.Calls.Count);
        Assert.Empty(Recorder.Skipped);
    }

    [Fact]
    public async Task Handler_that_throws_anything_fails_only_its_call()
    {
        await AppendAsync(8);
        Recorder.Then = (item, token) => item.SequenceNumber switch
        {
            1 => throw new OperationCanceledException("my own"),
            2 => new ValueTask(Task.FromCanceled(new CancellationToken(canceled: true))),
            3 => ValueTask.FromException(new AggregateException(new InvalidOperationException("inner"))),
            4 => throw new NotSupportedException("pretended"),
            5 => LaterAsync(),
            6 => ValueTask.FromException(new EventStoreClosedException("another one")),
            7 => throw new StoreWatcherException("another", "pretended"),
            _ => ValueTask.CompletedTask,
        };

        var watcher = await CreateAsync(static options => (options.MaxAttempts, options.RetryStrategy) = (2, RetryStrategy.Skip));
        await WaitForAsync(watcher, 8);

        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8], Recorder.Calls);
        Assert.Equal(StoreWatcherState.Running, watcher.State);

        static async ValueTask LaterAsync()
        {
            await Task.Yield();
            throw new TaskCanceledException("later");
        }
    }

    [Fact]
    public async Task Callbacks_that_throw_stop_nothing()
    {
        await AppendAsync(3);
        Recorder.Then = (item, _) => item.SequenceNumber == 1 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;

        var watcher = await CreateAsync(static options =>
        {
            (options.MaxAttempts, options.RetryStrategy) = (1, RetryStrategy.Skip);
            options.OnError = static (_, _) => throw new InvalidOperationException("error callback");
            options.OnSkipped = static (_, _, _) => ValueTask.FromException(new OperationCanceledException("dead letter"));
        });
        await WaitForAsync(watcher, 3);

        Assert.Equal([1, 2, 3], Recorder.Calls);
        Assert.Equal(2, Logger.Lines.Count(static line => line.Message.EndsWith("a callback of its options threw", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Failures_wait_longer_and_longer_and_are_told()
    {
        await AppendAsync(1);
        Recorder.Then = (_, _) => Recorder.Calls.Count < 4 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;
        var watcher = await CreateAsync(static options => (options.InitialBackoff, options.MaxBackoff) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)));

        foreach (var (calls, least, most) in new[] { (1, 0.75, 1.25), (2, 1.5, 2.5), (3, 3.0, 3.0) })
        {
            await Recorder.WaitForCallsAsync(calls);
            await Eventually.TrueAsync(() => watcher.Statistics.ConsecutiveFailures == calls && Time.NextTimerIn <= TimeSpan.FromSeconds(most));
            Assert.InRange(Time.NextTimerIn!.Value.TotalSeconds, least, most);
            Assert.IsType<EventHandlingException>(watcher.Statistics.LastError);
            Time.Advance(Time.NextTimerIn.Value - OneTick);
            Assert.Equal(calls, Recorder.Calls.Count);
            Time.Advance(OneTick);
        }

        await WaitForAsync(watcher, 1);
        Assert.Equal(0, watcher.Statistics.ConsecutiveFailures);
    }

    [Fact]
    public async Task Record_that_cannot_be_decoded_stalls_nobody_who_filters_it_out()
    {
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "B", "no json"u8.ToArray()));
        await AppendAsync(2);
        Recorder.Then = static (item, _) =>
        {
            item.GetObject<Thing>();
            return ValueTask.CompletedTask;
        };

        var watcher = await CreateAsync(static options => options.Filter = new EventFilter { ObjectTypes = ["A"] });
        await WaitForAsync(watcher, 3);

        Assert.Equal([2, 3], Recorder.Calls);
        Assert.Empty(Recorder.Errors);
    }

    [Fact]
    public async Task Record_that_cannot_be_decoded_follows_the_strategy_of_who_asks_for_it()
    {
        await AppendAsync(1);
        await Store.StoreEventAsync(NewEvent.FromPayload(StoreOperation.Create, "A", "no json"u8.ToArray()));
        await AppendAsync(1);
        Recorder.Then = static (item, _) =>
        {
            item.GetObject<Thing>();
            return ValueTask.CompletedTask;
        };

        var watcher = await CreateAsync(static options => (options.MaxAttempts, options.RetryStrategy) = (2, RetryStrategy.Skip));
        await WaitForAsync(watcher, 3);

        Assert.Equal([1, 2, 2, 3], Recorder.Calls);
        Assert.All(Recorder.Errors, static error => Assert.Equal(2, Assert.IsType<EventDeserializationException>(error.InnerException).SequenceNumber));
    }

    [Fact]
    public async Task Store_that_cannot_be_read_is_tried_again()
    {
        await AppendAsync(3);
        var failures = 0;
        Store.FailRead = () => failures++ < 5 ? new EventStoreException("ill") : null;

        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 3);

        Assert.Equal([1, 2, 3], Recorder.Calls);
        Assert.Equal(5, Recorder.Errors.Count(static error => error is EventStoreException));
        Assert.Equal(0, watcher.Statistics.ConsecutiveFailures);
        Assert.IsType<EventStoreException>(watcher.Statistics.LastError);
    }

    [Fact]
    public async Task Store_whose_reads_are_cancelled_by_itself_is_tried_again()
    {
        await AppendAsync(1);
        var failures = 0;
        Store.FailRead = () => failures++ < 5 ? new OperationCanceledException("not yours") : null;

        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 1);

        Assert.Equal(StoreWatcherState.Running, watcher.State);
    }

    [Fact]
    public async Task Store_is_closed_the_watcher_ends()
    {
        await AppendAsync(1);
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 1);

        await Store.CloseAsync();
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);

        Assert.IsType<EventStoreClosedException>(watcher.Statistics.LastError);
        await Assert.ThrowsAsync<EventStoreClosedException>(() => CreateAsync(id: "another"));
        await Assert.ThrowsAsync<EventStoreClosedException>(() => watcher.SeekAsync(0));
        await Assert.ThrowsAsync<EventStoreClosedException>(async () => await watcher.CheckpointAsync(1));
        await StopAsync(watcher);
    }

    [Fact]
    public async Task Handler_and_callback_that_throw_what_cannot_be_read_do_not_end_the_watcher()
    {
        await AppendAsync(2);
        Recorder.Then = (item, _) => Recorder.Calls.Count == 1 ? throw new UnreadableException() : ValueTask.CompletedTask;

        var watcher = await CreateAsync(static options => options.OnError = static (_, _) => throw new UnreadableException());
        await WaitForAsync(watcher, 2);

        Assert.Equal([1, 1, 2], Recorder.Calls);
        Assert.Contains(nameof(UnreadableException), watcher.Statistics.LastError?.Message, StringComparison.Ordinal);
    }
}
