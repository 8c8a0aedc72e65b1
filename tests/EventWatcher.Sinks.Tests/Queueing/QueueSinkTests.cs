namespace EventWatcher.Sinks.Tests;

public sealed class QueueSinkTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingSink<int> _target = new();

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(10)]
    public async Task Close_a_thousand_concurrent_writers_into_a_slow_sink_all_is_flushed(int capacity)
    {
        _target.OnWrite = async (_, _) => await Task.Yield();
        var queue = _target.WithQueue(capacity);
        await Eventually.CompletesAsync(Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () => await queue.WriteAsync(i)))));

        Assert.Equal(0, await Eventually.CompletesAsync(queue.CloseAsync()));

        Assert.Equal(Enumerable.Range(0, 1_000), _target.Items.Order());
        Assert.Equal(1, _target.MostRunningWrites);
        Assert.Equal(1, _target.Disposals);
        await Assert.ThrowsAsync<SinkClosedException>(async () => await queue.WriteAsync(1));
    }

    [Fact]
    public async Task Close_target_never_returns_the_deadline_holds_and_what_is_undelivered_is_counted_and_reported()
    {
        var dropped = new List<DroppedItem<int>>();
        _target.IgnoresCancellation = true;
        _target.Block();
        _target.BlockDisposal();
        var queue = new QueueSink<int>(_target, new QueueSinkOptions<int> { OnDropped = dropped.Add }, timeProvider: _time);
        for (var i = 0; i < 10; i++)
        {
            await queue.WriteAsync(i);
        }

        await _target.WaitForAttemptsAsync(1);
        var closing = queue.CloseAsync(TimeSpan.FromSeconds(5));
        var second = queue.CloseAsync();
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(closing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(10, await Eventually.CompletesAsync(closing));
        Assert.Equal(10, await Eventually.CompletesAsync(second));
        Assert.Equal(Enumerable.Range(0, 10), dropped.Select(item => item.Item));
        Assert.All(dropped, item => Assert.Equal(DropReason.Closed, item.Reason));
        await Eventually.TrueAsync(() => _target.Disposals == 1);
        _target.Release();
    }

    [Fact]
    public async Task Close_target_heeds_its_token_when_the_time_is_up_its_item_is_reported_once()
    {
        var dropped = new System.Collections.Concurrent.ConcurrentQueue<DroppedItem<int>>();
        _target.Block();
        var queue = _target.WithQueue(onDropped: dropped.Enqueue);
        for (var i = 0; i < 3; i++)
        {
            await queue.WriteAsync(i);
        }

        await _target.WaitForAttemptsAsync(1);
        Assert.Equal(3, await Eventually.CompletesAsync(queue.CloseAsync(TimeSpan.Zero)));

        // The write has ended by now, or does so soon; the queue then holds nothing.
        await Eventually.TrueAsync(() => _target.RunningWrites == 0 && queue.Count == 0);
        for (var i = 0; i < 100; i++)
        {
            await Task.Yield();
        }

        Assert.Equal([0, 1, 2], dropped.Select(item => item.Item));
        Assert.Equal(1, _target.Attempts);
    }

    [Fact]
    public async Task Close_target_fails_as_the_time_is_up_its_item_is_counted_though_the_log_is_slow()
    {
        using var logging = new ManualResetEventSlim();
        using var logged = new ManualResetEventSlim();
        using var logger = new BlockingLogger(logging, logged);
        _target.Block();
        _target.IgnoresCancellation = true;
        _target.OnWrite = (_, _) => throw new InvalidOperationException("no");
        var queue = new QueueSink<int>(_target, logger: logger, timeProvider: _time);
        await queue.WriteAsync(0);
        await queue.WriteAsync(1);
        await _target.WaitForAttemptsAsync(1);
        var closing = queue.CloseAsync(TimeSpan.FromSeconds(1));
        _target.Release();
        await Eventually.TrueAsync(() => logging.IsSet);
        _time.Advance(TimeSpan.FromSeconds(1));

        try
        {
            Assert.Equal(2, await Eventually.CompletesAsync(closing));
        }
        finally
        {
            logged.Set();
        }
    }

    [Fact]
    public async Task Close_again_with_less_time_brings_the_deadline_forward()
    {
        _target.IgnoresCancellation = true;
        _target.Block();
        var queue = new QueueSink<int>(_target, timeProvider: _time);
        await queue.WriteAsync(1);
        await _target.WaitForAttemptsAsync(1);

        var closing = queue.CloseAsync(Timeout.InfiniteTimeSpan);
        var second = queue.CloseAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await Eventually.CompletesAsync(closing));
        Assert.Equal(1, await Eventually.CompletesAsync(second));
        Assert.Equal(0, _time.PendingTimers);
        _target.Release();
    }

    [Fact]
    public async Task Close_target_blocks_its_thread_the_deadline_holds()
    {
        using var never = new ManualResetEventSlim();
        var queue = new QueueSink<int>(Sink.To<int>(_ => never.Wait()), timeProvider: _time);
        await queue.WriteAsync(1);
        await queue.WriteAsync(2);
        await Eventually.TrueAsync(() => queue.Count == 2);

        var closing = queue.CloseAsync(TimeSpan.Zero);

        Assert.Equal(2, await Eventually.CompletesAsync(closing));
        never.Set();
    }

    [Fact]
    public async Task Close_from_inside_the_targets_write_returns_at_once_and_what_waits_is_delivered()
    {
        QueueSink<int>? queue = null;
        var seen = -1L;
        _target.OnWrite = async (item, _) =>
        {
            if (item == 0)
            {
                seen = await queue!.CloseAsync();
                await queue.DisposeAsync();
            }
        };
        _target.Block();
        queue = _target.WithQueue();
        for (var i = 0; i < 5; i++)
        {
            await queue.WriteAsync(i);
        }

        _target.Release();

        await Eventually.TrueAsync(() => _target.Disposals == 1);
        Assert.Equal(5, seen);
        Assert.Equal([0, 1, 2, 3, 4], _target.Items);
        Assert.Equal(0, await Eventually.CompletesAsync(queue.CloseAsync()));
    }

    [Fact]
    public async Task Close_from_what_the_target_has_left_running_waits_for_what_is_queued_as_any()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        QueueSink<int>? queue = null;
        Task<long>? closing = null;
        Task? left = null;
        _target.OnWrite = (_, _) =>
        {
            left ??= Task.Run(
                async () =>
                {
                    await gate.Task;
                    closing = queue!.CloseAsync();
                },
                CancellationToken.None);
            return ValueTask.CompletedTask;
        };
        queue = _target.WithQueue();
        await queue.WriteAsync(0);
        await Eventually.TrueAsync(() => _target.Items.Count == 1 && queue.Count == 0);
        _target.Block();
        await queue.WriteAsync(1);
        await queue.WriteAsync(2);
        await _target.WaitForAttemptsAsync(2);
        gate.SetResult();
        await Eventually.CompletesAsync(left!);

        Assert.False(closing!.IsCompleted);
        _target.Release();
        Assert.Equal(0, await Eventually.CompletesAsync(closing));
        Assert.Equal([0, 1, 2], _target.Items);
    }

    [Fact]
    public async Task Write_target_fails_the_item_is_reported_and_the_next_delivered()
    {
        var dropped = new List<DroppedItem<int>>();
        _target.OnWrite = (item, _) => item == 1 ? throw new InvalidOperationException("no") : default;
        var queue = _target.WithQueue(onDropped: item =>
        {
            dropped.Add(item);
            throw new InvalidOperationException("the callback is bad too");
        });
        for (var i = 0; i < 3; i++)
        {
            await queue.WriteAsync(i);
        }

        await _target.WaitForItemsAsync(2);
        Assert.Equal(0, await queue.CloseAsync());

        Assert.Equal([0, 2], _target.Items);
        var letter = Assert.Single(dropped);
        Assert.Equal((1, DropReason.TargetFailed, "no"), (letter.Item, letter.Reason, letter.Exception?.Message));
    }

    [Fact]
    public async Task Write_target_closed_the_queue_closes_and_reports_what_it_had()
    {
        var dropped = new System.Collections.Concurrent.ConcurrentQueue<DroppedItem<int>>();
        _target.Block();
        var queue = _target.WithQueue(onDropped: dropped.Enqueue);
        for (var i = 0; i < 3; i++)
        {
            await queue.WriteAsync(i);
        }

        await _target.WaitForAttemptsAsync(1);
        await _target.DisposeAsync();
        _target.Release();

        await Eventually.TrueAsync(() => dropped.Count == 3);
        await Assert.ThrowsAsync<SinkClosedException>(async () => await queue.WriteAsync(3));
        Assert.Equal(3, await Eventually.CompletesAsync(queue.CloseAsync()));
        Assert.Equal([0, 1, 2], dropped.Select(item => item.Item));
        Assert.All(dropped, item => Assert.Equal(DropReason.TargetClosed, item.Reason));
    }

    [Fact]
    public async Task Write_full_it_waits_in_order_and_a_cancelled_writer_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        _target.Block();
        var queue = _target.WithQueue(capacity: 1);
        await queue.WriteAsync(0);
        await _target.WaitForAttemptsAsync(1);
        await queue.WriteAsync(1);
        var second = queue.WriteAsync(2).AsTask();
        var third = queue.WriteAsync(3, cancel.Token).AsTask();
        var fourth = queue.WriteAsync(4).AsTask();
        Assert.False(second.IsCompleted);

        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(third));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        _target.Release();

        await Eventually.CompletesAsync(Task.WhenAll(second, fourth));
        await queue.CloseAsync();
        Assert.Equal([0, 1, 2, 4], _target.Items);
    }

    [Fact]
    public async Task Close_writers_that_wait_for_room_are_refused()
    {
        _target.Block();
        var queue = _target.WithQueue(capacity: 1);
        await queue.WriteAsync(0);
        await _target.WaitForAttemptsAsync(1);
        await queue.WriteAsync(1);
        var waiting = queue.WriteAsync(2).AsTask();

        var closing = queue.CloseAsync();

        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(waiting));
        _target.Release();
        Assert.Equal(0, await Eventually.CompletesAsync(closing));
        Assert.Equal([0, 1], _target.Items);
    }

    [Fact]
    public async Task Write_null_is_refused_at_the_door()
    {
        await using var queue = Sink.To<string>(_ => { }).WithQueue();
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await queue.WriteAsync(null!));
    }

    [Fact]
    public void Options_out_of_range_are_refused_all_at_once()
    {
        var exception = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new QueueSink<int>(
            _target,
            new QueueSinkOptions<int> { Name = " ", Capacity = 0, Overflow = SinkOverflow.Mark, CloseTimeout = TimeSpan.FromDays(50) }));
        Assert.Equal(
            [
                "QueueSinkOptions.Name is \" \"; allowed: null, or a name.",
                "QueueSinkOptions.CloseTimeout is 50.00:00:00; allowed: zero to 24 days, or infinite.",
                "QueueSinkOptions.Capacity is 0; allowed: 1 or more.",
                "QueueSinkOptions.OverflowMarker is null; allowed: a delegate, with Overflow = Mark.",
            ],
            exception.Failures);
    }

    private sealed class BlockingLogger(ManualResetEventSlim logging, ManualResetEventSlim logged) : Microsoft.Extensions.Logging.ILogger, IDisposable
    {
        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull => this;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                logging.Set();
                Assert.True(logged.Wait(Eventually.DefaultDeadline));
            }
        }

        public void Dispose()
        {
            // A scope that ends.
        }
    }
}
