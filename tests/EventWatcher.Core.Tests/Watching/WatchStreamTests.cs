namespace EventWatcher.Core.Tests;

public sealed class WatchStreamTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Watch_run_blocks_the_thread_watch_returns_all_the_same()
    {
        using var mayGoOn = new ManualResetEventSlim();
        var watcher = Watcher.Create(TestEvents.Type, (_, _) =>
        {
            mayGoOn.Wait(Eventually.DefaultDeadline, CancellationToken.None);
            return Task.CompletedTask;
        });

        var stream = watcher.Watch();
        Assert.False(stream.Completion.IsCompleted);
        mayGoOn.Set();

        await Eventually.CompletesAsync(stream.Completion);
    }

    [Fact]
    public async Task Ready_is_pending_until_the_watcher_says_so()
    {
        var watcher = new FakeWatcher(TestEvents.Type, isReady: false);
        await using var stream = watcher.Watch();
        Assert.Equal(WatchState.Connecting, stream.State);

        watcher.ReportError(new IOException("not yet"));
        Assert.Equal("not yet", (await Eventually.CompletesAsync(stream.Errors.ReadAsync().AsTask())).Message);
        Assert.False(stream.Ready.IsCompleted);
        watcher.SetReady();

        await Eventually.CompletesAsync(stream.Ready);
        Assert.Equal(WatchState.Ready, stream.State);
    }

    [Fact]
    public async Task Ready_first_event_says_it_too()
    {
        var watcher = new FakeWatcher(TestEvents.Type, isReady: false);
        await using var stream = watcher.Watch();

        watcher.EmitNumbered(1, 1);

        await Eventually.CompletesAsync(stream.Ready);
    }

    [Fact]
    public async Task Ready_cancelled_before_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new FakeWatcher(TestEvents.Type, isReady: false).Watch(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(stream.Ready));
        await Eventually.CompletesAsync(stream.Completion);
    }

    [Fact]
    public async Task Ready_watching_can_never_begin_faults_with_the_cause()
    {
        var stream = Watcher.Create(TestEvents.Type, static (_, _) => throw new FormatException("bad path")).Watch();

        await Assert.ThrowsAsync<FormatException>(() => Eventually.CompletesAsync(stream.Ready));
        await Assert.ThrowsAsync<FormatException>(() => Eventually.CompletesAsync(stream.Completion));
        Assert.Equal(WatchState.Failed, stream.State);
        Assert.Equal("bad path", (await stream.Errors.ReadAsync()).Message);
        await Eventually.CompletesAsync(stream.Events.Completion);
        await Eventually.CompletesAsync(stream.Errors.Completion);
        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Failure_after_events_leaves_them_to_be_read()
    {
        var watcher = new FakeWatcher();
        await using var stream = watcher.Watch();
        watcher.EmitNumbered(1, 3);

        watcher.Fail(new FormatException("bad"));
        await Eventually.EndsAsync(stream.Completion);

        Assert.Equal(WatchState.Failed, stream.State);
        Assert.Equal(3, stream.Events.Count);
        await ReadAsync(stream, 3);
        await Eventually.CompletesAsync(stream.Events.Completion);
    }

    [Fact]
    public async Task Failure_is_wrapped_in_a_watcher_exception_with_the_name_and_the_cause()
    {
        var cause = new FormatException("bad");
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { Name = "mine" });
        await using var stream = watcher.Watch();

        watcher.ReportError(cause);
        watcher.ReportError(new WatcherException("theirs", "as it is"));

        var error = await Eventually.CompletesAsync(stream.Errors.ReadAsync().AsTask());
        Assert.Equal(("mine", "bad"), (error.WatcherName, error.Message));
        Assert.Same(cause, error.InnerException);
        Assert.Equal("theirs", (await Eventually.CompletesAsync(stream.Errors.ReadAsync().AsTask())).WatcherName);
    }

    [Fact]
    public async Task Run_throws_cancellation_of_its_own_without_being_ended_is_a_failure()
    {
        var stream = Watcher.Create(TestEvents.Type, static (_, _) => throw new OperationCanceledException("a timeout of its own")).Watch();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Eventually.CompletesAsync(stream.Completion));
        Assert.Equal(WatchState.Failed, stream.State);
    }

    [Fact]
    public async Task Run_throws_while_it_is_being_ended_completes()
    {
        var watcher = Watcher.Create(TestEvents.Type, static async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new FormatException("while stopping");
        });
        var stream = watcher.Watch();

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask());

        await Eventually.CompletesAsync(stream.Completion);
        Assert.Equal(WatchState.Completed, stream.State);
    }

    [Fact]
    public async Task Emit_after_the_end_is_without_effect()
    {
        WatchWriter? writer = null;
        var stream = Watcher.Create(TestEvents.Type, (output, _) =>
        {
            writer = output;
            return Task.CompletedTask;
        }).Watch();
        await Eventually.CompletesAsync(stream.Completion);

        writer!.Emit(TestEvents.Numbered(1));
        await Eventually.CompletesAsync(writer.EmitAsync(TestEvents.Numbered(2)).AsTask());
        writer.ReportError(new FormatException());
        writer.SetReady();
        writer.SetInterrupted(new FormatException());

        Assert.Equal((0, 0), (stream.Events.Count, stream.Errors.Count));
        Assert.Equal(WatchState.Completed, stream.State);
        Assert.Equal(0, stream.Statistics.Emitted);
    }

    [Fact]
    public async Task Emit_event_without_source_and_time_gets_both()
    {
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { Name = "mine" }, _time);
        await using var stream = watcher.Watch();
        var bare = new Event { Type = TestEvents.Type, Action = EventAction.Custom(1) };
        var whole = bare with { Source = "theirs", Timestamp = TestEvents.Timestamp.AddDays(1) };

        watcher.Emit(bare);
        watcher.Emit(whole);

        var items = await ReadAsync(stream, 2);
        Assert.Equal(bare with { Source = "mine", Timestamp = _time.GetUtcNow() }, items[0]);
        Assert.Same(whole, items[1]);
    }

    [Fact]
    public async Task Emit_null_is_refused_and_the_watcher_fails_visibly()
    {
        var stream = Watcher.Create(TestEvents.Type, static (output, _) =>
        {
            output.Emit(null!);
            return Task.CompletedTask;
        }).Watch();

        await Assert.ThrowsAsync<ArgumentNullException>(() => Eventually.CompletesAsync(stream.Completion));
    }

    [Fact]
    public async Task EmitAsync_waits_for_the_reader_and_loses_nothing()
    {
        var watcher = Watcher.Create(
            TestEvents.Type,
            static async (output, token) =>
            {
                for (var number = 0; number < 1_000; number++)
                {
                    await output.EmitAsync(TestEvents.Numbered(number), token);
                }
            },
            new WatcherOptions { Capacity = 3 });
        await using var stream = watcher.Watch();

        Assert.Equal(Enumerable.Range(0, 1_000), (await ReadAsync(stream, 1_000)).Select(TestEvents.NumberOf));
        await Eventually.CompletesAsync(stream.Completion);
        Assert.Equal(0, stream.Statistics.Dropped);
    }

    [Fact]
    public async Task EmitAsync_disposed_while_waiting_for_room_returns()
    {
        var watcher = Watcher.Create(
            TestEvents.Type,
            static async (output, _) =>
            {
                await output.EmitAsync(TestEvents.Numbered(1), CancellationToken.None);
                await output.EmitAsync(TestEvents.Numbered(2), CancellationToken.None);
            },
            new WatcherOptions { Capacity = 1 });
        var stream = watcher.Watch();
        await Eventually.TrueAsync(() => stream.Events.Count == 1);

        await Eventually.CompletesAsync(stream.DisposeAsync().AsTask());

        await Eventually.CompletesAsync(stream.Completion);
    }

    [Fact]
    public async Task Errors_nobody_reads_them_64_are_kept_and_the_rest_counted()
    {
        var watcher = new FakeWatcher();
        await using var stream = watcher.Watch();
        for (var i = 0; i < 100; i++)
        {
            watcher.ReportError(new FormatException($"{i}"));
        }

        await Eventually.TrueAsync(() => stream.Statistics.ErrorsDropped == 36);

        Assert.Equal(64, stream.Errors.Count);
        Assert.Equal("36", (await stream.Errors.ReadAsync()).Message);
        watcher.EmitNumbered(1, 1);
        await ReadAsync(stream, 1);
    }

    [Fact]
    public async Task Overflow_slow_reader_gets_one_force_reload_a_type_and_source_and_exact_counts()
    {
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { Name = "w", Capacity = 2 });
        await using var stream = watcher.Watch();
        watcher.EmitNumbered(1, 4);
        watcher.Emit(TestEvents.Numbered(5, "other"));
        watcher.Emit(TestEvents.ForceReload("third", "its own"));
        await Eventually.TrueAsync(() => stream.Statistics.Emitted == 6);

        var items = await ReadAsync(stream, 5);

        Assert.Equal(["1", "2"], items.Take(2).Select(static item => item.ActorName));
        Assert.Equal(["fake", "other", "third"], items.Skip(2).Select(static item => item.Source));
        Assert.Equal(["2", "1"], items.Skip(2).Take(2).Select(static item => item.ActorAttributes[Event.DroppedAttribute]));
        Assert.Equal("its own", items[4].ActorAttributes[Event.ReasonAttribute]);
        var errors = new[] { await NextErrorAsync(stream), await NextErrorAsync(stream) }.Cast<WatcherOverflowException>().ToArray();
        Assert.Equal([("fake", 2L), ("other", 1L)], errors.Select(static error => (error.EventSource, error.Dropped)));
        Assert.All(errors, static error => Assert.Equal((TestEvents.Type, "w"), (error.Type, error.WatcherName)));
        Assert.Equal(new WatchStatistics(6, 3, 0, 0), stream.Statistics);
    }

    [Fact]
    public async Task Overflow_the_source_ends_before_the_loss_is_read_the_error_is_not_swallowed()
    {
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { Capacity = 1 });
        await using var stream = watcher.Watch();
        watcher.EmitNumbered(1, 4);

        watcher.Complete();
        await Eventually.CompletesAsync(stream.Completion);
        var items = await ReadAsync(stream, 2);

        Assert.Equal("3", items[1].ActorAttributes[Event.DroppedAttribute]);
        Assert.Equal(3, Assert.IsType<WatcherOverflowException>(await NextErrorAsync(stream)).Dropped);
        await Eventually.CompletesAsync(stream.Errors.Completion);
    }

    [Fact]
    public async Task DisposeAsync_run_never_returns_is_abandoned_after_the_stop_timeout()
    {
        var never = new TaskCompletionSource();
        var watcher = Watcher.Create(
            TestEvents.Type,
            (output, _) =>
            {
                output.SetReady();
                return never.Task;
            },
            new WatcherOptions { StopTimeout = TimeSpan.FromSeconds(5) },
            _time);
        var stream = watcher.Watch();
        await Eventually.CompletesAsync(stream.Ready);

        var disposing = stream.DisposeAsync().AsTask();
        await Eventually.CompletesAsync(stream.Events.Completion);
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(disposing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.CompletesAsync(disposing);
        Assert.False(stream.Completion.IsCompleted);
        Assert.Equal(0, _time.PendingTimers);
        never.SetResult();
        await Eventually.CompletesAsync(stream.Completion);
    }

    [Fact]
    public async Task DisposeAsync_from_many_places_at_once_and_cancellation_meanwhile_all_end()
    {
        for (var round = 0; round < 50; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var watcher = new FakeWatcher();
            var stream = watcher.Watch(cancellation.Token);
            Task[] ends =
            [
                Task.Run(() => stream.DisposeAsync().AsTask()),
                Task.Run(() => cancellation.CancelAsync()),
                Task.Run(() => watcher.EmitNumbered(0, 100)),
                Task.Run(watcher.Complete),
                Task.Run(() => stream.DisposeAsync().AsTask()),
            ];

            await Eventually.CompletesAsync(Task.WhenAll(ends));

            await Eventually.CompletesAsync(stream.Events.Completion);
            await Eventually.CompletesAsync(stream.Errors.Completion);
            await Eventually.CompletesAsync(stream.Completion);
            Assert.True(stream.Ready.IsCompleted);
        }
    }

    [Fact]
    public async Task Watch_many_rounds_leave_no_timer_and_no_stream()
    {
        var watcher = new FakeWatcher(TestEvents.Type, new WatcherOptions { RestartOnFailure = true }, _time);
        var streams = new List<WeakReference>();
        for (var round = 0; round < 200; round++)
        {
            await OneRoundAsync();
        }

        await Eventually.TrueAsync(() => _time.PendingTimers == 0);
        await Eventually.TrueAsync(() => CountAlive() <= 10);

        async Task OneRoundAsync()
        {
            var stream = watcher.Watch();
            streams.Add(new WeakReference(stream));
            watcher.EmitNumbered(1, 1);
            watcher.Fail(new FormatException());
            await stream.DisposeAsync();
        }

        int CountAlive()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return streams.Count(static reference => reference.IsAlive);
        }
    }

    private static async Task<List<Event>> ReadAsync(WatchStream stream, int count)
    {
        var items = new List<Event>();
        while (items.Count < count)
        {
            items.Add(await Eventually.CompletesAsync(stream.Events.ReadAsync().AsTask()));
        }

        return items;
    }

    private static Task<WatcherException> NextErrorAsync(WatchStream stream) =>
        Eventually.CompletesAsync(stream.Errors.ReadAsync().AsTask());
}
