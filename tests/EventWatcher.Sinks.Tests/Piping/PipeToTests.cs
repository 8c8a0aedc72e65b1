namespace EventWatcher.Sinks.Tests;

public sealed class PipeToTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeWatcher _watcher = new();
    private readonly RecordingSink<Event> _sink = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<Exception> _errors = [];

    [Fact]
    public async Task PipeTo_events_arrive_in_order_without_waiting_for_a_batch_and_disposal_leaves_the_sink_open()
    {
        var pipe = Pipe();
        for (var i = 0; i < 100; i++)
        {
            _watcher.Emit(TestEvents.Numbered(i));
        }

        // The clock stands still.
        await _sink.WaitForItemsAsync(100);
        Assert.Equal(Enumerable.Range(0, 100), _sink.Items.Select(TestEvents.NumberOf));

        await Eventually.CompletesAsync(pipe.DisposeAsync().AsTask());
        Assert.Equal(0, _sink.Disposals);
        await Eventually.TrueAsync(() => _watcher.RunningCount == 0);
    }

    [Fact]
    public async Task PipeTo_sink_fails_it_is_tried_again_in_order_and_reported()
    {
        var failures = 0;
        _sink.OnWrite = (item, _) => TestEvents.NumberOf(item) == 1 && failures++ < 2 ? throw new InvalidOperationException("no") : default;
        await using var pipe = Pipe();
        for (var i = 0; i < 4; i++)
        {
            _watcher.Emit(TestEvents.Numbered(i));
        }

        await AdvanceUntilAsync(() => _sink.Items.Count == 4);

        Assert.Equal([0, 1, 2, 3], _sink.Items.Select(TestEvents.NumberOf));
        Assert.Equal(2, _errors.OfType<FlushException>().Count());
    }

    [Fact]
    public async Task PipeTo_sink_refuses_for_good_a_force_reload_takes_the_events_place_and_it_is_reported()
    {
        _sink.OnWrite = (item, _) => item.ActorName == "1"
            ? throw new HttpSinkException("sink", "400", System.Net.HttpStatusCode.BadRequest, isPermanent: true)
            : default;
        await using var pipe = Pipe();
        for (var i = 0; i < 3; i++)
        {
            _watcher.Emit(TestEvents.Numbered(i));
        }

        await AdvanceUntilAsync(() => _sink.Items.Count == 3);

        Assert.Equal(["0", "", "2"], _sink.Items.Select(item => item.ActorName));
        Assert.True(_sink.Items[1].Action.IsForceReload);
        Assert.Equal(TestEvents.Source, _sink.Items[1].Source);
        Assert.Equal("1", _sink.Items[1].ActorAttributes[Event.DroppedAttribute]);
        Assert.IsType<HttpSinkException>(Assert.IsType<FlushException>(Assert.Single(_errors)).InnerException);
    }

    [Fact]
    public async Task PipeTo_told_to_go_on_after_failures_what_is_given_up_becomes_one_force_reload_before_the_next_event()
    {
        _sink.OnWrite = (item, _) => item.ActorName is "1" ? throw new InvalidOperationException("no") : default;
        await using var pipe = Pipe(new EventQueueOptions { FlushInterval = TimeSpan.FromSeconds(1), FlushFailure = FlushFailureMode.Continue });
        for (var i = 0; i < 4; i++)
        {
            _watcher.Emit(TestEvents.Numbered(i));
        }

        await Eventually.TrueAsync(() => pipe.Statistics.Pending == 4);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => !_errors.IsEmpty);
        _watcher.Emit(TestEvents.Numbered(4));
        await AdvanceUntilAsync(() => _sink.Items.Count == 3);

        Assert.Equal(["0", "", "4"], _sink.Items.Select(item => item.ActorName));
        Assert.Equal("3", _sink.Items[1].ActorAttributes[Event.DroppedAttribute]);
    }

    [Fact]
    public async Task PipeTo_slow_sink_the_source_is_not_stalled_and_a_force_reload_stands_for_what_did_not_fit()
    {
        _sink.Block();
        await using var pipe = Pipe(new EventQueueOptions { MaxBatchSize = 1, Capacity = 5, FlushFailure = FlushFailureMode.Retry });
        for (var i = 0; i < 1_000; i++)
        {
            _watcher.Emit(TestEvents.Numbered(i));
        }

        await Eventually.TrueAsync(() => pipe.Statistics.Dropped > 900);
        _sink.Release();
        await Eventually.TrueAsync(() => _sink.Items.Any(item => item.Action.IsForceReload));

        Assert.Contains(_errors, error => error is QueueOverflowException);
    }

    [Fact]
    public async Task PipeTo_sink_closed_the_pipe_ends_and_says_why_and_asks_no_more()
    {
        await _sink.DisposeAsync();
        var pipe = Pipe();
        _watcher.Emit(TestEvents.Numbered(1));
        _watcher.Emit(TestEvents.Numbered(2));

        await AdvanceUntilAsync(() => pipe.Completion.IsCompleted);

        Assert.Equal(0, _sink.Attempts);
        Assert.Contains(_errors, error => error.InnerException is SinkClosedException);
        await Eventually.TrueAsync(() => _watcher.RunningCount == 0);
    }

    [Fact]
    public async Task PipeTo_cancelled_it_ends_promptly_though_the_sink_hangs()
    {
        using var cancel = new CancellationTokenSource();
        _sink.IgnoresCancellation = true;
        _sink.Block();
        var pipe = _watcher.PipeTo(_sink, timeProvider: _time, cancellationToken: cancel.Token);
        _watcher.Emit(TestEvents.Numbered(1));
        await _sink.WaitForAttemptsAsync(1);

        await cancel.CancelAsync();
        await _time.WaitForTimersAsync(1);
        _time.Advance(TimeSpan.FromSeconds(30));

        await Eventually.EndsAsync(pipe.Completion);
        _sink.Release();
    }

    [Fact]
    public async Task PipeTo_watcher_completes_the_pipe_completes_after_the_last_event()
    {
        await using var pipe = Pipe();
        _watcher.Emit(TestEvents.Numbered(1));
        _watcher.Complete();

        await Eventually.CompletesAsync(pipe.Completion);

        Assert.Single(_sink.Items);
    }

    private EventQueue Pipe(EventQueueOptions? options = null) => _watcher.PipeTo(
        _sink,
        options,
        (error, _) =>
        {
            _errors.Enqueue(error);
            return default;
        },
        timeProvider: _time);

    private Task AdvanceUntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });
}
