namespace EventWatcher.Core.Tests;

public sealed class StoppingTests : QueueFixture
{
    [Fact]
    public async Task StopAsync_what_is_pending_is_discarded_counted_and_logged_and_no_callback_starts()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 5 });
        Enqueue(queue, 1, 12);

        // The token that the held call waits with is cancelled.
        await Eventually.CompletesAsync(queue.StopAsync());

        Assert.Single(Handler.Batches);
        Assert.Empty(Handler.AcceptedBatches);
        Assert.Equal((13, 0, 12, 1), (queue.Statistics.Received, queue.Statistics.Flushed, queue.Statistics.Dropped, queue.Statistics.Failed));
        AssertAddsUp(queue);
        Assert.Contains(Logger.Lines, static line => line.Message.Contains("12 pending events discarded", StringComparison.Ordinal));
        Assert.Equal(0, Time.PendingTimers);
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(99)));
        Assert.True(queue.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task StopAsync_events_that_became_a_force_reload_are_not_counted_twice()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 2, Capacity = 2 });
        Enqueue(queue, 1, 10);

        await Eventually.CompletesAsync(queue.StopAsync());

        AssertAddsUp(queue);
        Assert.Equal(0, queue.Statistics.Pending);
    }

    [Fact]
    public async Task StopAsync_with_drain_flushes_everything_in_batches()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 5, DrainOnStop = true });
        Enqueue(queue, 1, 12);

        var stopping = queue.StopAsync();
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(99)));
        Handler.Release();
        await Eventually.CompletesAsync(stopping);

        Assert.Equal([1, 5, 5, 2], Handler.AcceptedBatches.Select(static batch => batch.Count));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task StopAsync_with_drain_the_handlers_token_is_not_cancelled()
    {
        var tokens = new List<bool>();
        Handler.OnBatch = (_, token) =>
        {
            tokens.Add(token.IsCancellationRequested);
            return ValueTask.CompletedTask;
        };
        var queue = Start(new EventQueueOptions { DrainOnStop = true });
        Enqueue(queue, 1, 1);

        await Eventually.CompletesAsync(queue.StopAsync());

        Assert.Equal([false], tokens);
    }

    [Fact]
    public async Task StopAsync_with_drain_handler_throws_the_next_batch_is_drained_all_the_same()
    {
        Handler.ThrowOnEvery = 2;
        var queue = Start(new EventQueueOptions { DrainOnStop = true, MaxBatchSize = 100 });
        Handler.Block();
        Enqueue(queue, 0, 350);

        var stopping = queue.StopAsync();
        Handler.Release();
        await Eventually.CompletesAsync(stopping);

        Assert.Equal(4, Handler.Batches.Count);
        Assert.Equal(2, Handler.Errors.Count);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task StopAsync_never_started_ends_and_cannot_be_started()
    {
        var queue = Create(new EventQueueOptions { DrainOnStop = true });
        Enqueue(queue, 1, 2);

        await Eventually.CompletesAsync(queue.StopAsync());

        Assert.Empty(Handler.Batches);
        AssertAddsUp(queue);
        Assert.Throws<InvalidOperationException>(() => queue.Start());
        Assert.Throws<InvalidOperationException>(() => queue.Attach(new FakeWatcher()));
    }

    [Fact]
    public async Task Start_twice_is_refused()
    {
        var queue = Start();

        Assert.Throws<InvalidOperationException>(() => queue.Start());
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.RunAsync());
    }

    [Fact]
    public async Task RunAsync_cancelled_completes_without_exception()
    {
        using var cancellation = new CancellationTokenSource();
        var queue = Create(new EventQueueOptions());
        var running = queue.RunAsync(cancellation.Token);
        Enqueue(queue, 1, 1);

        await cancellation.CancelAsync();

        await Eventually.CompletesAsync(running);
        Assert.Empty(Handler.Batches);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task RunAsync_token_cancelled_already_ends_at_once()
    {
        var queue = Create(new EventQueueOptions());
        Enqueue(queue, 1, 5);

        await Eventually.CompletesAsync(queue.RunAsync(new CancellationToken(canceled: true)));

        Assert.Empty(Handler.Batches);
    }

    [Fact]
    public async Task StopAsync_token_cancelled_gives_up_waiting_only()
    {
        Handler.IgnoresCancellation = true;
        var queue = await StartBlockedAsync(new EventQueueOptions());
        using var cancellation = new CancellationTokenSource();
        var stopping = queue.StopAsync(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(stopping));
        Assert.False(queue.Completion.IsCompleted);
        Handler.Release();
        await Eventually.CompletesAsync(queue.Completion);
    }

    [Fact]
    public async Task StopTimeout_handler_never_returns_is_abandoned_reported_and_the_queue_ends()
    {
        Handler.IgnoresCancellation = true;
        var queue = await StartBlockedAsync(new EventQueueOptions { StopTimeout = Second * 5 });
        Enqueue(queue, 1, 3);

        var stopping = queue.StopAsync();
        // Its own, and the one of the interval.
        await Eventually.TrueAsync(() => Time.PendingTimers == 2);
        Time.Advance(Second * 4);
        Assert.False(stopping.IsCompleted);
        Time.Advance(Second);

        var exception = await Assert.ThrowsAsync<CallbackAbandonedException>(() => Eventually.CompletesAsync(stopping));
        Assert.Equal(Second * 5, exception.StopTimeout);
        await Assert.ThrowsAsync<CallbackAbandonedException>(() => queue.Completion);
        await Eventually.CompletesAsync(queue.DisposeAsync().AsTask());
        Assert.Contains(Logger.Lines, static line => line.Message.Contains("is abandoned", StringComparison.Ordinal));
        Assert.Equal(0, Time.PendingTimers);
        AssertAddsUp(queue);

        // It returns after all: nothing starts after it, and nothing is counted twice.
        Handler.Release();
        await Eventually.TrueAsync(() => Handler.RunningCalls == 0);
        Assert.Single(Handler.Batches);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task StopTimeout_of_zero_an_idle_queue_is_not_reported_as_abandoned()
    {
        for (var round = 0; round < 50; round++)
        {
            var watcher = new FakeWatcher();
            var queue = Create(new EventQueueOptions { StopTimeout = TimeSpan.Zero });
            queue.Attach(watcher);
            queue.Start();

            await Eventually.CompletesAsync(queue.StopAsync());
        }
    }

    [Fact]
    public async Task StopTimeout_over_during_a_drain_the_batches_not_begun_are_discarded()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 1, DrainOnStop = true, StopTimeout = Second });
        Enqueue(queue, 1, 3);

        var stopping = queue.StopAsync();
        await Eventually.TrueAsync(() => Time.PendingTimers == 1);
        Time.Advance(Second);

        await Assert.ThrowsAsync<CallbackAbandonedException>(() => Eventually.CompletesAsync(stopping));
        Assert.Single(Handler.Batches);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task DisposeAsync_many_times_and_from_many_places_ends_once()
    {
        var queue = Start(new EventQueueOptions { DrainOnStop = true });
        Enqueue(queue, 1, 10);

        var ends = Enumerable.Range(0, 8).Select(i => Task.Run(() => i % 2 == 0 ? queue.DisposeAsync().AsTask() : queue.StopAsync()));
        await Eventually.CompletesAsync(Task.WhenAll(ends));
        await Eventually.CompletesAsync(queue.DisposeAsync().AsTask());

        Assert.Equal(10, Handler.AcceptedEvents.Count);
    }

    [Fact]
    public async Task Start_and_stop_at_the_same_time_end_and_lose_nothing_silently()
    {
        for (var round = 0; round < 200; round++)
        {
            var queue = Create(new EventQueueOptions { DrainOnStop = round % 2 == 0 });
            queue.Attach(new FakeWatcher());
            Enqueue(queue, 1, 3);

            await Eventually.CompletesAsync(Task.WhenAll(
                Task.Run(() => Record.Exception(() => queue.Start())),
                Task.Run(() => queue.StopAsync())));

            await Eventually.CompletesAsync(queue.Completion);
            AssertAddsUp(queue);
        }
    }

    [Fact]
    public async Task StopAsync_from_inside_the_handler_requests_and_returns()
    {
        EventQueue? queue = null;
        Handler.OnBatch = async (_, _) => await queue!.StopAsync(CancellationToken.None);
        queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        Enqueue(queue, 1, 5);

        await Eventually.CompletesAsync(queue.Completion);
        Assert.Single(Handler.Batches);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task DisposeAsync_from_inside_the_handler_after_an_await_requests_and_returns()
    {
        EventQueue? queue = null;
        Handler.OnBatch = async (_, _) =>
        {
            await Task.Yield();
            await queue!.DisposeAsync();
        };
        queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        Enqueue(queue, 1, 5);

        await Eventually.CompletesAsync(queue.Completion);
        Assert.Single(Handler.AcceptedBatches);
    }

    [Fact]
    public async Task StopAsync_from_inside_the_error_callback_requests_and_returns()
    {
        EventQueue? queue = null;
        var watcher = new FakeWatcher();
        Handler.OnError = async (_, _) => await queue!.StopAsync(CancellationToken.None);
        queue = Create(new EventQueueOptions());
        queue.Attach(watcher);
        queue.Start();

        watcher.ReportError(new IOException());

        await Eventually.CompletesAsync(queue.Completion);
        await Eventually.TrueAsync(() => watcher.SubscriptionCount == 0);
    }

    [Fact]
    public async Task StopAsync_from_inside_the_handler_of_another_queue_waits()
    {
        var other = Start();
        var otherHasEnded = false;
        Handler.OnBatch = async (_, _) =>
        {
            await other.StopAsync(CancellationToken.None);
            otherHasEnded = other.Completion.IsCompleted;
        };
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        Enqueue(queue, 1, 1);

        await Handler.WaitForEventsAsync(1);
        Assert.True(otherHasEnded);
    }

    [Fact]
    public async Task FlushAsync_completes_when_the_handler_has_returned_for_all_that_was_there()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 3 });
        Enqueue(queue, 1, 7);
        var flushing = queue.FlushAsync();
        Assert.False(flushing.IsCompleted);

        Handler.Release();
        await Eventually.CompletesAsync(flushing);

        Assert.Equal(8, Handler.AcceptedEvents.Count);
        Assert.True(queue.FlushAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task FlushAsync_does_not_wait_for_interval_or_quiet()
    {
        var queue = Start(new EventQueueOptions { QuietPeriod = Second });
        Enqueue(queue, 1, 2);

        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal(["1 2"], ShownBatches());
    }

    [Fact]
    public async Task FlushAsync_token_cancelled_gives_up_waiting_only()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions());
        Enqueue(queue, 1, 1);
        using var cancellation = new CancellationTokenSource();
        var flushing = queue.FlushAsync(cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(flushing));
        Handler.Release();

        await Handler.WaitForEventsAsync(2);
    }

    [Fact]
    public async Task FlushAsync_from_inside_the_handler_requests_and_returns()
    {
        EventQueue? queue = null;
        Handler.OnBatch = async (batch, _) =>
        {
            if (batch[0].ActorName is "1")
            {
                queue!.TryEnqueue(TestEvents.Numbered(2));
                await queue.FlushAsync(CancellationToken.None);
            }
        };
        queue = Start(new EventQueueOptions { QuietPeriod = Second });

        Enqueue(queue, 1, 1);
        await Eventually.CompletesAsync(queue.FlushAsync());

        await Handler.WaitForEventsAsync(2);
    }

    [Fact]
    public async Task FlushAsync_queue_stops_meanwhile_completes()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions());
        Enqueue(queue, 1, 1);
        var flushing = queue.FlushAsync();

        await Eventually.CompletesAsync(queue.StopAsync());

        await Eventually.CompletesAsync(flushing);
        await Eventually.CompletesAsync(queue.FlushAsync());
    }

    [Fact]
    public void FlushAsync_not_started_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => { _ = Create(new EventQueueOptions()).FlushAsync(); });
}
