using Microsoft.Extensions.Logging;

namespace EventWatcher.Core.Tests;

public sealed class FailureTests : QueueFixture
{
    [Fact]
    public async Task Continue_handler_throws_on_every_second_batch_the_others_arrive()
    {
        Handler.ThrowOnEvery = 2;
        var queue = Start(new EventQueueOptions { Name = "mine", MaxBatchSize = 2, Capacity = 100 });

        Enqueue(queue, 0, 20);
        await Handler.WaitForBatchesAsync(10);
        await Handler.WaitForErrorsAsync(5);
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal([0, 1, 4, 5, 8, 9, 12, 13, 16, 17], Handler.AcceptedEvents.Select(TestEvents.NumberOf));
        var errors = Handler.Errors.Cast<FlushException>().ToArray();
        Assert.All(errors, static error => Assert.Equal(("mine", 1), (error.QueueName, error.Attempt)));
        Assert.Equal([2, 3, 6, 7, 10, 11, 14, 15, 18, 19], errors.SelectMany(static error => error.Batch).Select(TestEvents.NumberOf));
        Assert.All(errors, static error => Assert.IsType<InvalidOperationException>(error.InnerException));
        var statistics = queue.Statistics;
        Assert.Equal((10, 5, 10, 10), (statistics.Batches, statistics.Failures, statistics.Flushed, statistics.Failed));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Continue_handler_throws_cancellation_of_its_own_it_is_a_failure_like_any_other()
    {
        Handler.ThrowOnEvery = 1;
        Handler.ExceptionFactory = static () => new OperationCanceledException("a timeout of its own");
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        Enqueue(queue, 1, 2);

        await Handler.WaitForErrorsAsync(2);
        Assert.All(Handler.Errors, static error => Assert.IsType<OperationCanceledException>(Assert.IsType<FlushException>(error).InnerException));
    }

    [Fact]
    public async Task Continue_handler_throws_before_it_awaits_it_is_a_failure_like_any_other()
    {
        var errors = new List<Exception>();
        await using var queue = new EventQueue(
            new EventQueueOptions { MaxBatchSize = 1 },
            (Action<IReadOnlyList<Event>>)(static _ => throw new FormatException("at once")),
            errors.Add);
        queue.Start();

        queue.TryEnqueue(TestEvents.Numbered(1));
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.IsType<FormatException>(Assert.IsType<FlushException>(Assert.Single(errors)).InnerException);
    }

    [Fact]
    public async Task Retry_same_batch_again_with_growing_delay_until_it_succeeds()
    {
        var queue = Create(new EventQueueOptions { MaxBatchSize = 2, FlushFailure = FlushFailureMode.Retry });
        Handler.ThrowOnEvery = 1;
        Enqueue(queue, 1, 4);
        queue.Start();
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await Handler.WaitForErrorsAsync(attempt);
            await Time.WaitForTimersAsync(1);
            Time.Advance(Time.NextTimerIn!.Value);
        }

        await Handler.WaitForErrorsAsync(6);
        Handler.ThrowOnEvery = 0;
        await Time.WaitForTimersAsync(1);
        Time.Advance(Time.NextTimerIn!.Value);

        await Handler.WaitForEventsAsync(4);
        Assert.Equal(["1 2", "1 2", "1 2", "1 2", "1 2", "1 2", "1 2", "3 4"], ShownBatches());
        Assert.Equal([1, 2, 3, 4, 5, 6], Handler.Errors.Cast<FlushException>().Select(static error => error.Attempt));
        await Eventually.CompletesAsync(queue.FlushAsync());
        Assert.Equal((2, 6, 4, 0), (queue.Statistics.Batches, queue.Statistics.Failures, queue.Statistics.Flushed, queue.Statistics.Failed));
        AssertAddsUp(queue);
        Assert.Equal(0, Time.PendingTimers);
    }

    [Fact]
    public async Task Retry_stopped_while_it_waits_ends_promptly_and_counts_the_batch()
    {
        var queue = Create(new EventQueueOptions { MaxBatchSize = 2, FlushFailure = FlushFailureMode.Retry });
        Handler.ThrowOnEvery = 1;
        Enqueue(queue, 1, 3);
        queue.Start();
        await Handler.WaitForErrorsAsync(1);
        await Time.WaitForTimersAsync(1);

        await Eventually.CompletesAsync(queue.StopAsync());

        Assert.Single(Handler.Batches);
        AssertAddsUp(queue);
        Assert.Equal(0, queue.Statistics.Flushed);
        await Eventually.TrueAsync(() => Time.PendingTimers == 0);
    }

    [Fact]
    public async Task Retry_stopped_while_it_waits_with_drain_tries_once_more_and_drains_the_rest()
    {
        var queue = Create(new EventQueueOptions { MaxBatchSize = 2, FlushFailure = FlushFailureMode.Retry, DrainOnStop = true });
        Handler.ThrowOnEvery = 1;
        Enqueue(queue, 1, 3);
        queue.Start();
        await Handler.WaitForErrorsAsync(1);
        await Time.WaitForTimersAsync(1);
        Handler.ThrowOnEvery = 0;

        await Eventually.CompletesAsync(queue.StopAsync());

        Assert.Equal("1 2 3", Show(Handler.AcceptedEvents));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Retry_stopped_from_the_error_callback_with_drain_tries_once_more()
    {
        EventQueue? queue = null;
        Handler.ThrowOnEvery = 1;
        Handler.OnError = async (_, _) =>
        {
            Handler.ThrowOnEvery = 0;
            await queue!.StopAsync(CancellationToken.None);
        };
        queue = Start(new EventQueueOptions { MaxBatchSize = 2, FlushFailure = FlushFailureMode.Retry, DrainOnStop = true });

        Enqueue(queue, 1, 2);

        await Eventually.CompletesAsync(queue.Completion);
        Assert.Equal("1 2", Show(Handler.AcceptedEvents));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Stop_handler_throws_the_exception_surfaces_from_run_and_not_from_stop()
    {
        Handler.ThrowOnEvery = 2;
        var queue = Create(new EventQueueOptions { MaxBatchSize = 1, FlushFailure = FlushFailureMode.Stop });
        Enqueue(queue, 1, 5);

        var exception = await Assert.ThrowsAsync<FlushException>(() => Eventually.CompletesAsync(queue.RunAsync()));

        Assert.Equal("2", Show(exception.Batch));
        Assert.Same(exception, Assert.Single(Handler.Errors));
        Assert.Equal("1 2", Show(Handler.Events));
        await Eventually.CompletesAsync(queue.StopAsync());
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(6)));
        Assert.Equal((1, 1, 3), (queue.Statistics.Flushed, queue.Statistics.Failed, queue.Statistics.Dropped));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Handler_never_returns_only_its_own_queue_is_held_up_and_the_loss_is_seen()
    {
        var held = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 4, Capacity = 4 });
        var otherHandler = new RecordingHandler();
        await using var other = new EventQueue(new EventQueueOptions { MaxBatchSize = 1 }, otherHandler.HandleAsync, timeProvider: Time);
        other.Start();

        Enqueue(held, 1, 10);
        Enqueue(other, 1, 10);
        Time.Advance(TimeSpan.FromSeconds(3));

        await otherHandler.WaitForEventsAsync(10);
        Assert.Equal(TimeSpan.FromSeconds(3), held.Statistics.CurrentFlushDuration);
        Assert.Equal(6, held.Statistics.Dropped);
        Assert.Contains(Logger.Lines, static line => line.Level == LogLevel.Warning && line.Message.Contains("is full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnError_throws_it_is_logged_and_the_flow_goes_on()
    {
        Handler.ThrowOnEvery = 2;
        Handler.OnError = static (_, _) => throw new FormatException("in the error callback");
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        Enqueue(queue, 1, 6);

        await Handler.WaitForEventsAsync(3);
        await Handler.WaitForErrorsAsync(3);
        await Eventually.TrueAsync(() => Logger.Lines.Count(static line => line.Message.Contains("the error callback threw", StringComparison.Ordinal)) == 3);
    }

    [Fact]
    public async Task OnError_missing_errors_are_logged()
    {
        var logger = new RecordingLogger<EventQueue>();
        var handler = new RecordingHandler { ThrowOnEvery = 1 };
        var watcher = new FakeWatcher();
        await using var queue = new EventQueue(new EventQueueOptions { MaxBatchSize = 1 }, handler.HandleAsync, onError: null, logger);
        queue.Attach(watcher);
        queue.Start();

        watcher.ReportError(new IOException("of the stream"));
        queue.TryEnqueue(TestEvents.Numbered(1));

        await Eventually.TrueAsync(() => logger.Lines.Any(static line => line.Message.Contains("of the stream", StringComparison.Ordinal)));
        await Eventually.TrueAsync(() => logger.Lines.Any(static line => line.Message.Contains("handling a batch of 1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OnError_calls_are_serialized_whoever_reports()
    {
        var running = 0;
        var most = 0;
        Handler.ThrowOnEvery = 1;
        Handler.OnError = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        };
        FakeWatcher[] watchers = [new FakeWatcher(), new FakeWatcher(), new FakeWatcher()];
        var queue = Create(new EventQueueOptions { MaxBatchSize = 1 });
        Assert.All(watchers, queue.Attach);
        queue.Start();

        for (var i = 0; i < 50; i++)
        {
            Assert.All(watchers, watcher => watcher.ReportError(new IOException($"{i}")));
            queue.TryEnqueue(TestEvents.Numbered(i));
        }

        await Handler.WaitForErrorsAsync(200);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task OnError_hangs_stopping_abandons_it()
    {
        var never = new TaskCompletionSource();
        Handler.ThrowOnEvery = 1;
        Handler.OnError = (_, _) => new ValueTask(never.Task);
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });
        Enqueue(queue, 1, 3);
        await Handler.WaitForErrorsAsync(1);

        var stopping = queue.StopAsync();
        await Eventually.TrueAsync(() => Time.NextTimerIn == TimeSpan.FromSeconds(30));
        Time.Advance(TimeSpan.FromSeconds(30));

        var exception = await Assert.ThrowsAsync<CallbackAbandonedException>(() => Eventually.CompletesAsync(stopping));
        Assert.Equal(("events", TimeSpan.FromSeconds(30)), (exception.QueueName, exception.StopTimeout));
        AssertAddsUp(queue);
        never.SetResult();
    }

    [Fact]
    public async Task Logger_throws_the_queue_still_flushes_and_ends()
    {
        Logger.OnLog = static _ => throw new FormatException("in the logger");
        Handler.ThrowOnEvery = 1;
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });
        Enqueue(queue, 1, 2);
        await Handler.WaitForBatchesAsync(1);

        await Eventually.EndsAsync(queue.StopAsync());

        await Eventually.EndsAsync(queue.Completion);
    }
}
