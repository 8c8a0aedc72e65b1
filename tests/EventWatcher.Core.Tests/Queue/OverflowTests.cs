namespace EventWatcher.Core.Tests;

public sealed class OverflowTests : QueueFixture
{
    [Fact]
    public async Task ForceReload_what_does_not_fit_becomes_one_for_each_type_and_source_in_its_place()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.ForceReload));
        Enqueue(queue, 1, 4);
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(5)));
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(6, "other")));
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(7)));

        Handler.Release();
        await Handler.WaitForEventsAsync(7);
        Assert.True(queue.TryEnqueue(TestEvents.Numbered(8)));
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal("0 1 2 3 4 reload(fake,2) reload(other,1) 8", Show(Handler.Events));
        Assert.Equal([2L, 1L], Handler.Errors.Cast<QueueOverflowException>().Select(static error => error.Dropped));
        Assert.Equal(3, queue.Statistics.Dropped);
        AssertAddsUp(queue);
        Assert.Single(Logger.Lines, static line => line.Message.Contains("is full", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForceReload_own_ones_find_room_and_are_not_lost()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.ForceReload));
        Enqueue(queue, 1, 4);

        Assert.True(queue.TryEnqueue(TestEvents.ForceReload("a", "its own")));
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(5, "a")));
        Assert.True(queue.TryEnqueue(TestEvents.ForceReload("b", "its own")));
        Handler.Release();
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal("0 1 2 3 4 reload(a,1) reload(b,-)", Show(Handler.Events));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task DropOldest_the_oldest_gives_way_counted_and_reported_but_no_force_reload()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.DropOldest));
        queue.TryEnqueue(TestEvents.ForceReload());
        Enqueue(queue, 1, 3);

        Assert.True(queue.TryEnqueue(TestEvents.Numbered(4)));
        Assert.True(queue.TryEnqueue(TestEvents.Numbered(5)));
        Handler.Release();
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal("0 reload(fake,-) 3 4 5", Show(Handler.Events));
        var error = Assert.IsType<QueueOverflowException>(Assert.Single(Handler.Errors));
        Assert.Equal((QueueOverflow.DropOldest, 2L), (error.Policy, error.Dropped));
        Assert.Equal(2, queue.Statistics.Dropped);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task DropNewest_the_new_event_is_not_kept_but_a_force_reload_is()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.DropNewest));
        Enqueue(queue, 1, 4);

        Assert.False(queue.TryEnqueue(TestEvents.Numbered(5)));
        Assert.False(await queue.EnqueueAsync(TestEvents.Numbered(6)));
        Assert.True(queue.TryEnqueue(TestEvents.ForceReload()));
        Handler.Release();
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal("0 1 2 3 4 reload(fake,-)", Show(Handler.Events));
        Assert.Equal(2, Assert.IsType<QueueOverflowException>(Assert.Single(Handler.Errors)).Dropped);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Wait_writers_wait_for_room_and_are_served_in_order()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.Wait));
        Enqueue(queue, 1, 4);

        var writes = Enumerable.Range(5, 10).Select(number => queue.EnqueueAsync(TestEvents.Numbered(number)).AsTask()).ToArray();
        Assert.All(writes, static write => Assert.False(write.IsCompleted));
        Handler.Release();

        Assert.All(await Eventually.CompletesAsync(Task.WhenAll(writes)), Assert.True);
        await Eventually.CompletesAsync(queue.FlushAsync());
        Assert.Equal(Enumerable.Range(0, 15), Handler.Events.Select(TestEvents.NumberOf));
        Assert.Equal((15, 15, 0), (queue.Statistics.Received, queue.Statistics.Flushed, queue.Statistics.Dropped));
        Assert.Empty(Handler.Errors);
    }

    [Fact]
    public async Task Wait_try_enqueue_says_no_when_full_and_does_not_overtake_waiting_writers()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.Wait));
        Enqueue(queue, 1, 4);

        Assert.False(queue.TryEnqueue(TestEvents.Numbered(5)));
        var waiting = queue.EnqueueAsync(TestEvents.Numbered(6)).AsTask();
        Assert.False(queue.TryEnqueue(TestEvents.Numbered(7)));
        Handler.Release();
        Assert.True(await Eventually.CompletesAsync(waiting));
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal("0 1 2 3 4 6", Show(Handler.Events));
        Assert.Equal(0, queue.Statistics.Dropped);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Wait_force_reload_is_kept_although_writers_wait()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.Wait));
        Enqueue(queue, 1, 4);
        var waiting = queue.EnqueueAsync(TestEvents.Numbered(5)).AsTask();

        Assert.True(queue.TryEnqueue(TestEvents.ForceReload()));
        Handler.Release();
        Assert.True(await Eventually.CompletesAsync(waiting));
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal("0 1 2 3 4 reload(fake,-) 5", Show(Handler.Events));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Wait_cancelled_writer_adds_nothing_and_counts_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var queue = await StartBlockedAsync(Small(QueueOverflow.Wait));
        Enqueue(queue, 1, 4);
        var waiting = queue.EnqueueAsync(TestEvents.Numbered(5), cancellation.Token).AsTask();

        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(waiting));
        Handler.Release();
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal("0 1 2 3 4", Show(Handler.Events));
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Wait_queue_stops_waiting_writers_are_told_and_counted()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.Wait));
        Enqueue(queue, 1, 4);
        var waiting = queue.EnqueueAsync(TestEvents.Numbered(5)).AsTask();

        await Eventually.CompletesAsync(queue.StopAsync());

        Assert.False(await Eventually.CompletesAsync(waiting));
        Assert.False(await queue.EnqueueAsync(TestEvents.Numbered(6)));
        Assert.Equal(6, queue.Statistics.Received);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task Wait_stream_that_overflows_meanwhile_loses_visibly_in_the_stream()
    {
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { Name = "w", Capacity = 3 });
        var queue = Create(Small(QueueOverflow.Wait));
        queue.Attach(watcher);
        Handler.Block();
        queue.Start();
        watcher.EmitNumbered(0, 100);
        var stream = Assert.Single(queue.Sources);
        await Eventually.TrueAsync(() => stream.Statistics.Dropped > 0);

        Handler.Release();
        await Eventually.TrueAsync(() => Handler.Events.Any(static item => item.Action.IsForceReload));
        await Handler.WaitForErrorsAsync(1);
        watcher.EmitNumbered(100, 1);
        await Eventually.TrueAsync(() =>
        {
            Time.Advance(Second);
            return Handler.AcceptedEvents.Any(static item => item.ActorName is "100");
        });

        var numbers = Handler.Events.Where(static item => !item.Action.IsForceReload).Select(TestEvents.NumberOf).ToArray();
        Assert.Equal(numbers.Order(), numbers);
        var lost = Handler.Errors.OfType<WatcherOverflowException>().Sum(static error => error.Dropped);
        Assert.Equal(101, numbers.Length + lost);
        Assert.Equal(0, queue.Statistics.Dropped);
    }

    [Fact]
    public async Task Capacity_is_the_bound_of_what_waits()
    {
        var queue = await StartBlockedAsync(Small(QueueOverflow.DropNewest));

        Enqueue(queue, 1, 100);

        Assert.Equal(4, queue.Statistics.Pending);
        Assert.Equal(96, queue.Statistics.Dropped);
    }

    private static EventQueueOptions Small(QueueOverflow overflow) =>
        new() { MaxBatchSize = 4, Capacity = 4, Overflow = overflow };
}
