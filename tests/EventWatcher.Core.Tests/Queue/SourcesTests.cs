namespace EventWatcher.Core.Tests;

public sealed class SourcesTests : QueueFixture
{
    private readonly FakeWatcher _one = new(TestEvents.Type, new WatcherOptions { Name = "one" });
    private readonly FakeWatcher _other = new(TestEvents.Type, new WatcherOptions { Name = "other" });

    [Fact]
    public async Task CompleteWhenSourcesEnd_all_streams_have_ended_the_queue_flushes_and_ends()
    {
        var queue = Create(new EventQueueOptions());
        queue.Attach(_one);
        queue.Attach(_other.Watch());
        queue.Start();
        _one.EmitNumbered(0, 10);
        _other.EmitNumbered(10, 10);

        _one.Complete();
        await Eventually.TrueAsync(() => queue.Statistics.Pending == 20);
        Assert.False(queue.Completion.IsCompleted);
        _other.Complete();

        await Eventually.CompletesAsync(queue.Completion);
        Assert.Equal(20, Handler.AcceptedEvents.Count);
        AssertAddsUp(queue);
    }

    [Fact]
    public async Task CompleteWhenSourcesEnd_nothing_attached_the_queue_goes_on()
    {
        var queue = Start();
        Enqueue(queue, 1, 1);

        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.False(queue.Completion.IsCompleted);
    }

    [Fact]
    public async Task CompleteWhenSourcesEnd_off_the_queue_goes_on()
    {
        var queue = Create(new EventQueueOptions { CompleteWhenSourcesEnd = false });
        queue.Attach(_one);
        queue.Start();
        _one.EmitNumbered(0, 1);
        _one.Complete();
        await Eventually.TrueAsync(() => queue.Statistics.Received == 1);
        await Eventually.TrueAsync(() => _one.SubscriptionCount == 0);

        Enqueue(queue, 1, 1);
        await Eventually.CompletesAsync(queue.FlushAsync());

        Assert.Equal(2, Handler.AcceptedEvents.Count);
        Assert.False(queue.Completion.IsCompleted);
    }

    [Fact]
    public async Task CompleteWhenSourcesEnd_source_fails_the_error_is_reported_and_the_queue_ends()
    {
        var queue = Create(new EventQueueOptions());
        queue.Attach(_one);
        queue.Start();
        _one.EmitNumbered(0, 2);

        _one.Fail(new IOException("for good"));

        await Eventually.CompletesAsync(queue.Completion);
        Assert.Equal(2, Handler.AcceptedEvents.Count);
        Assert.Equal("for good", Assert.Single(Handler.Errors).Message);
    }

    [Fact]
    public async Task Attach_stream_overflowed_before_the_source_ended_the_error_arrives_too()
    {
        var small = new FakeWatcher(TestEvents.Type, new WatcherOptions { Capacity = 1 });
        var stream = small.Watch();
        small.EmitNumbered(0, 5);
        small.Complete();
        await Eventually.CompletesAsync(stream.Completion);
        var queue = Create(new EventQueueOptions());
        queue.Attach(stream);

        await Eventually.CompletesAsync(queue.RunAsync());

        Assert.Equal("0 reload(fake,4)", Show(Handler.Events));
        Assert.Equal(4, Assert.IsType<WatcherOverflowException>(Assert.Single(Handler.Errors)).Dropped);
    }

    [Fact]
    public async Task Attach_watch_throws_it_is_reported_and_the_queue_goes_on_with_the_others()
    {
        var queue = Create(new EventQueueOptions { MaxBatchSize = 1 });
        queue.Attach(new Throwing());
        queue.Attach(_one);

        queue.Start();
        _one.EmitNumbered(1, 1);

        await Handler.WaitForEventsAsync(1);
        await Handler.WaitForErrorsAsync(1);
        Assert.IsType<FormatException>(Handler.Errors[0].InnerException);
    }

    [Fact]
    public async Task Attach_while_running_events_arrive()
    {
        var queue = Start(new EventQueueOptions { MaxBatchSize = 1 });

        queue.Attach(_one);
        queue.Attach(_other.Watch());
        _one.EmitNumbered(1, 1);
        _other.EmitNumbered(2, 1);

        await Handler.WaitForEventsAsync(2);
        Assert.Equal(["one", "other"], queue.Sources.Select(static stream => stream.Name).Order());
    }

    [Fact]
    public async Task Attach_before_the_start_watching_begins_with_it()
    {
        var queue = Create(new EventQueueOptions());
        queue.Attach(_one);
        Assert.Equal(0, _one.SubscriptionCount);

        queue.Start();

        Assert.Equal(1, _one.SubscriptionCount);
        await Eventually.CompletesAsync(queue.StopAsync());
    }

    [Fact]
    public async Task Errors_of_streams_go_to_on_error_as_they_come()
    {
        var queue = Create(new EventQueueOptions());
        queue.Attach(_one);
        queue.Start();

        _one.ReportError(new IOException("first"));
        _one.SetInterrupted(new IOException("second"));

        await Handler.WaitForErrorsAsync(2);
        Assert.Equal(["first", "second"], Handler.Errors.Select(static error => error.Message));
        Assert.All(Handler.Errors, static error => Assert.Equal("one", Assert.IsType<WatcherException>(error).WatcherName));
    }

    [Fact]
    public async Task StopAsync_ends_every_stream_also_those_never_started()
    {
        var stream = _one.Watch();
        var queue = Create(new EventQueueOptions());
        queue.Attach(stream);
        var running = Start();
        var other = _other.Watch();
        running.Attach(other);

        await Eventually.CompletesAsync(queue.StopAsync());
        await Eventually.CompletesAsync(running.StopAsync());

        Assert.Equal(WatchState.Completed, stream.State);
        Assert.Equal(WatchState.Completed, other.State);
        await Eventually.TrueAsync(() => _one.SubscriptionCount + _other.SubscriptionCount == 0);
    }

    [Fact]
    public async Task StopAsync_watcher_never_returns_the_queue_ends_after_the_watchers_stop_timeout()
    {
        var never = new TaskCompletionSource();
        var watcher = Watcher.Create(TestEvents.Type, (_, _) => never.Task, new WatcherOptions { StopTimeout = Second * 7 }, Time);
        var queue = Create(new EventQueueOptions());
        queue.Attach(watcher);
        queue.Start();

        var stopping = queue.StopAsync();
        await Eventually.TrueAsync(() => Time.NextTimerIn == Second * 7 && Time.PendingTimers == 1);
        Assert.False(stopping.IsCompleted);
        Time.Advance(Second * 7);

        await Eventually.CompletesAsync(stopping);
        never.SetResult();
    }

    [Fact]
    public async Task Order_of_each_source_is_kept_through_the_queue()
    {
        var queue = Create(new EventQueueOptions { MaxBatchSize = 16 });
        queue.Attach(_one);
        queue.Attach(_other);
        queue.Start();

        await Task.WhenAll(
            Task.Run(() => _one.EmitNumbered(0, 2_000)),
            Task.Run(() => _other.EmitNumbered(10_000, 2_000)));
        _one.Complete();
        _other.Complete();
        await Eventually.CompletesAsync(queue.Completion);

        var numbers = Handler.AcceptedEvents.Select(TestEvents.NumberOf).ToArray();
        Assert.Equal(Enumerable.Range(0, 2_000), numbers.Where(static number => number < 10_000));
        Assert.Equal(Enumerable.Range(10_000, 2_000), numbers.Where(static number => number >= 10_000));
    }

    private sealed class Throwing : IWatcher
    {
        public WatchStream Watch(CancellationToken cancellationToken = default) => throw new FormatException("no");
    }
}
