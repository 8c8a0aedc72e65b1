namespace EventWatcher.Core.Tests;

public sealed class BatchingTests : QueueFixture
{
    [Fact]
    public async Task FlushInterval_first_event_is_flushed_at_the_latest_then()
    {
        var queue = Start();
        Enqueue(queue, 1, 1);
        Time.Advance(TimeSpan.FromMilliseconds(900));
        Enqueue(queue, 2, 1);
        Assert.Equal(2, queue.Statistics.Pending);

        Time.Advance(TimeSpan.FromMilliseconds(100));

        await Handler.WaitForEventsAsync(2);
        Assert.Equal(["1 2"], ShownBatches());
    }

    [Fact]
    public async Task FlushInterval_not_yet_over_nothing_is_flushed()
    {
        var queue = Start();
        Enqueue(queue, 1, 1);

        Time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.Equal(1, queue.Statistics.Pending);
        Assert.Empty(Handler.Batches);

        Time.Advance(TimeSpan.FromTicks(1));
        await Handler.WaitForEventsAsync(1);
    }

    [Fact]
    public async Task FlushInterval_counts_from_the_first_event_of_each_batch()
    {
        var queue = Start(new EventQueueOptions { MaxBatchSize = 2 });
        Enqueue(queue, 1, 2);
        await Handler.WaitForEventsAsync(2);
        Time.Advance(Second / 2);
        Enqueue(queue, 3, 1);

        // The timer of the first batch is still armed; it must not cut the second one short.
        Time.Advance(Second / 2);
        Assert.Equal(1, queue.Statistics.Pending);
        Time.Advance(Second / 2);

        await Handler.WaitForEventsAsync(3);
        Assert.Equal(["1 2", "3"], ShownBatches());
    }

    [Fact]
    public async Task MaxBatchSize_full_batch_is_flushed_at_once()
    {
        var queue = Start(new EventQueueOptions { MaxBatchSize = 3 });

        Enqueue(queue, 1, 3);

        await Handler.WaitForEventsAsync(3);
        Assert.Equal(0, queue.Statistics.Pending);
    }

    [Fact]
    public async Task MaxBatchSize_of_one_hands_over_every_event_alone()
    {
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        Enqueue(queue, 1, 50);

        await Handler.WaitForEventsAsync(50);
        Assert.Equal(Enumerable.Range(1, 50).Select(static n => $"{n}"), ShownBatches());
    }

    [Fact]
    public async Task MaxBatchSize_what_came_during_a_flush_is_flushed_right_after_in_full_batches()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { MaxBatchSize = 10 });
        Enqueue(queue, 1, 25);

        Handler.Release();

        await Handler.WaitForEventsAsync(26);
        Assert.Equal([1, 10, 10, 5], Handler.Batches.Select(static batch => batch.Count));
        Assert.Equal(Enumerable.Range(0, 26), Handler.Events.Select(TestEvents.NumberOf));
    }

    [Fact]
    public async Task Batch_is_the_consumers_to_keep()
    {
        var queue = Start(new EventQueueOptions { MaxBatchSize = 2 });
        Enqueue(queue, 1, 2);
        await Handler.WaitForEventsAsync(2);
        var kept = Handler.Batches[0];

        Enqueue(queue, 3, 100);
        await Handler.WaitForEventsAsync(102);

        Assert.Equal("1 2", Show(kept));
    }

    [Fact]
    public async Task Flushes_run_one_at_a_time_and_receiving_goes_on()
    {
        Handler.OnBatch = static async (_, _) => await Task.Yield();
        var queue = Start(new EventQueueOptions { MaxBatchSize = 7, Capacity = 100_000 });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(producer => Task.Run(() => Enqueue(queue, producer * 1_000, 1_000))));
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal(1, Handler.MostRunningCalls);
        Assert.Equal(4_000, Handler.Events.Count);
        Assert.All(Handler.Events.GroupBy(static item => TestEvents.NumberOf(item) / 1_000), static one =>
            Assert.Equal(one.Select(TestEvents.NumberOf).Order(), one.Select(TestEvents.NumberOf)));
    }

    [Fact]
    public async Task TryEnqueue_before_the_start_is_flushed_after_it()
    {
        var queue = Create(new EventQueueOptions());
        Enqueue(queue, 1, 3);
        Assert.Equal(3, queue.Statistics.Pending);
        Assert.Equal(0, Time.PendingTimers);

        queue.Start();
        await Time.WaitForTimersAsync(1);
        Time.Advance(Second);

        await Handler.WaitForEventsAsync(3);
    }

    [Fact]
    public async Task Idle_queue_owns_no_armed_timer()
    {
        var queue = Start();
        Assert.Equal(0, Time.PendingTimers);

        Enqueue(queue, 1, 1);
        Assert.Equal(1, Time.PendingTimers);
        Time.Advance(Second);
        await Handler.WaitForEventsAsync(1);

        Assert.Equal(0, Time.PendingTimers);
        Time.Advance(Second * 100);
        Assert.Equal(0, Time.PendingTimers);
    }

    [Fact]
    public async Task Idle_queue_after_a_large_burst_arms_its_timer_once_more_at_most()
    {
        var queue = Start(new EventQueueOptions { MaxBatchSize = 10_000 });
        Enqueue(queue, 0, 10_000);
        await Handler.WaitForEventsAsync(10_000);
        await Eventually.CompletesAsync(queue.FlushAsync());

        await Eventually.TrueAsync(() =>
        {
            Time.Advance(Second);
            return Time.PendingTimers == 0;
        });

        Time.Advance(Second * 10);
        Assert.Equal(0, Time.PendingTimers);
    }

    [Fact]
    public async Task QuietPeriod_burst_is_held_until_it_has_been_quiet()
    {
        var queue = Start(new EventQueueOptions { QuietPeriod = TimeSpan.FromMilliseconds(100) });
        for (var i = 0; i < 5; i++)
        {
            Enqueue(queue, i, 1);
            Time.Advance(TimeSpan.FromMilliseconds(90));
            Assert.Empty(Handler.Batches);
        }

        Time.Advance(TimeSpan.FromMilliseconds(10));

        await Handler.WaitForEventsAsync(5);
        Assert.Single(Handler.Batches);
        Assert.Equal(0, Time.PendingTimers);
    }

    [Fact]
    public async Task QuietPeriod_burst_that_never_ends_is_flushed_after_the_interval()
    {
        var queue = Start(new EventQueueOptions { QuietPeriod = TimeSpan.FromMilliseconds(100) });
        for (var i = 0; i < 20; i++)
        {
            Enqueue(queue, i, 1);
            Assert.Empty(Handler.Batches);
            Time.Advance(TimeSpan.FromMilliseconds(50));
        }

        await Handler.WaitForEventsAsync(20);
        Assert.Single(Handler.Batches);
    }

    [Fact]
    public async Task QuietPeriod_full_batch_does_not_wait_for_quiet()
    {
        var queue = Start(new EventQueueOptions { QuietPeriod = TimeSpan.FromMilliseconds(100), MaxBatchSize = 4 });

        Enqueue(queue, 0, 4);

        await Handler.WaitForEventsAsync(4);
    }

    [Fact]
    public async Task QuietPeriod_rest_of_a_burst_that_filled_a_batch_during_a_flush_is_not_flushed_before_it_is_quiet()
    {
        var queue = await StartBlockedAsync(new EventQueueOptions { QuietPeriod = TimeSpan.FromMilliseconds(100), MaxBatchSize = 4 });
        Enqueue(queue, 1, 4);
        Time.Advance(Second * 2);
        Enqueue(queue, 5, 2);

        // The full batch goes at once; the two are a burst that has just begun.
        Handler.Release();
        await Handler.WaitForEventsAsync(5);
        await Eventually.TrueAsync(() => Time.PendingTimers == 1);
        Assert.Equal(["0", "1 2 3 4"], ShownBatches());
        Time.Advance(TimeSpan.FromMilliseconds(100));

        await Handler.WaitForEventsAsync(7);
        Assert.Equal("5 6", ShownBatches()[^1]);
    }

    [Fact]
    public async Task QuietPeriod_is_kept_although_the_timer_that_gives_memory_back_is_armed_for_later()
    {
        var quiet = TimeSpan.FromMilliseconds(100);
        var queue = await StartBlockedAsync(new EventQueueOptions { QuietPeriod = quiet, FlushInterval = Second * 60, MaxBatchSize = 1_000 });
        Enqueue(queue, 1, 1_000);
        Time.Advance(quiet);
        Assert.Equal(0, Time.PendingTimers);
        Handler.Release();
        await Handler.WaitForEventsAsync(1_001);
        await Eventually.TrueAsync(() => Time.NextTimerIn == Second * 60);

        Enqueue(queue, 1_001, 1);
        Time.Advance(quiet);

        await Handler.WaitForEventsAsync(1_002);
    }

    [Fact]
    public async Task Coalesce_within_a_batch_the_latest_of_a_key_stays_at_its_place()
    {
        var queue = Start(new EventQueueOptions { Coalesce = static item => item.ActorName, MaxBatchSize = 8 });
        foreach (var number in (int[])[1, 2, 1, 3, 2, 4])
        {
            queue.TryEnqueue(TestEvents.Numbered(number));
        }

        queue.TryEnqueue(TestEvents.ForceReload());
        queue.TryEnqueue(TestEvents.ForceReload());

        await Handler.WaitForEventsAsync(6);
        Assert.Equal(["1 3 2 4 reload(fake,-) reload(fake,-)"], ShownBatches());
        Assert.Equal(2, queue.Statistics.Dropped);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Coalesce_null_key_stays_and_other_batches_do_not_matter()
    {
        var queue = Start(new EventQueueOptions { Coalesce = static item => item.ActorName is "1" ? null : item.ActorName, MaxBatchSize = 3 });
        foreach (var number in (int[])[1, 2, 1, 2, 1, 2])
        {
            queue.TryEnqueue(TestEvents.Numbered(number));
        }

        await Handler.WaitForEventsAsync(5);
        Assert.Equal(["1 2 1", "1 2"], ShownBatches());
    }

    [Fact]
    public async Task Coalesce_selector_throws_the_batch_stays_whole_and_the_error_is_reported()
    {
        var queue = Start(new EventQueueOptions { Coalesce = static _ => throw new FormatException("selector"), MaxBatchSize = 3 });

        Enqueue(queue, 1, 3);

        await Handler.WaitForEventsAsync(3);
        Assert.IsType<FormatException>(Assert.IsType<FlushException>(Assert.Single(Handler.Errors)).InnerException);
        AssertAddsUp(queue);
    }
}
