using EventWatcher.TestKit;
using Microsoft.Extensions.Logging;

namespace EventWatcher.Store.Tests;

/// <summary>Starting, stopping, moving; from outside and from inside the handler.</summary>
public abstract class StoppingTests : StoreWatcherTest
{
    [Fact]
    public async Task States_follow_each_other_and_refuse_what_makes_no_sense()
    {
        var watcher = await CreateAsync(static options => options.AutoStart = false);
        Assert.Equal(StoreWatcherState.Idle, watcher.State);
        await watcher.StartAsync();
        Assert.Equal(StoreWatcherState.Running, watcher.State);
        await Assert.ThrowsAsync<StoreWatcherException>(() => watcher.StartAsync());
        await StopAsync(watcher);
        Assert.Equal(StoreWatcherState.Stopped, watcher.State);
        await StopAsync(watcher);
        await watcher.StartAsync();
        Assert.Equal(StoreWatcherState.Running, watcher.State);
        await watcher.DisposeAsync();
        await watcher.DisposeAsync();
        Assert.Equal(StoreWatcherState.Stopped, watcher.State);
        await Assert.ThrowsAsync<StoreWatcherException>(() => watcher.StartAsync());
        await Assert.ThrowsAsync<StoreWatcherException>(() => watcher.SeekAsync(0));

        var idle = await CreateAsync(static options => options.AutoStart = false, "idle");
        await StopAsync(idle);
        Assert.Equal(StoreWatcherState.Stopped, idle.State);
    }

    [Fact]
    public async Task Stop_several_watchers_one_is_stopped_the_others_run()
    {
        var recorders = Enumerable.Range(0, 3).Select(static _ => new EventRecorder()).ToList();
        var watchers = new List<StoreWatcher>();
        foreach (var (index, recorder) in recorders.Index())
        {
            watchers.Add(await Manager.CreateAsync($"w{index}", recorder.HandleAsync));
        }

        await AppendAsync(2);
        await Task.WhenAll(recorders.Select(static recorder => recorder.WaitForCallsAsync(2)));
        await StopAsync(watchers[1]);
        await AppendAsync(2);
        await recorders[0].WaitForCallsAsync(4);
        await recorders[2].WaitForCallsAsync(4);

        Assert.Equal([1, 2], recorders[1].Calls);
        Assert.Equal(
            [StoreWatcherState.Running, StoreWatcherState.Stopped, StoreWatcherState.Running],
            Manager.Watchers.Select(static watcher => watcher.State));
    }

    [Fact]
    public async Task Stop_cancels_the_handlers_token_and_no_call_follows()
    {
        await AppendAsync(3);
        Recorder.Then = static async (_, token) => await Task.Delay(Timeout.InfiniteTimeSpan, token);
        var watcher = await CreateAsync();
        await Recorder.WaitForCallsAsync(1);

        await StopAsync(watcher);

        Assert.Equal([1], Recorder.Calls);
        Assert.Empty(Recorder.Errors);
        Assert.Equal(0, watcher.Statistics.LastProcessedSequenceNumber);
    }

    [Fact]
    public async Task Stop_with_a_deadline_too_short_reports_it_and_ends_later()
    {
        await AppendAsync(2);
        var gate = new TaskCompletionSource();
        Recorder.Then = (_, _) => new ValueTask(gate.Task);
        var watcher = await CreateAsync();
        await Recorder.WaitForCallsAsync(1);

        var stopping = watcher.StopAsync(OneTick);
        Time.Advance(OneTick);
        var exception = await Assert.ThrowsAsync<StoreWatcherException>(() => Eventually.CompletesAsync(stopping));
        Assert.Equal(Id, exception.WatcherId);
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Equal(StoreWatcherState.Stopping, watcher.State);
        await Assert.ThrowsAsync<StoreWatcherException>(() => watcher.StartAsync());
        await Assert.ThrowsAsync<StoreWatcherException>(() => watcher.SeekAsync(0));
        Assert.Contains(Logger.Lines, static line => line.Level == LogLevel.Warning && line.Message.Contains("did not stop", StringComparison.Ordinal));

        gate.SetResult();
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);
        Assert.Equal([1], Recorder.Calls);
    }

    [Fact]
    public async Task Stop_of_the_manager_with_a_deadline_too_short_stops_the_others()
    {
        await AppendAsync(1);
        var gate = new TaskCompletionSource();
        Recorder.Then = (_, _) => new ValueTask(gate.Task);
        var late = await CreateAsync(id: "late");
        await Recorder.WaitForCallsAsync(1);
        var prompt = await Manager.CreateAsync("prompt", new EventRecorder().HandleAsync);

        var stopping = Manager.StopAsync(OneTick);
        await WaitForStateAsync(prompt, StoreWatcherState.Stopped);
        Time.Advance(OneTick);
        var exception = await Assert.ThrowsAsync<StoreWatcherException>(() => Eventually.CompletesAsync(stopping));

        Assert.Equal("late", exception.WatcherId);
        await Assert.ThrowsAsync<StoreWatcherException>(() => CreateAsync(id: "another"));
        await Assert.ThrowsAsync<StoreWatcherException>(() => prompt.StartAsync());
        gate.SetResult();
        await WaitForStateAsync(late, StoreWatcherState.Stopped);
        await Eventually.TrueAsync(() => Manager.Watchers.Count == 0);
    }

    [Fact]
    public async Task Stop_given_up_by_the_caller_stops_all_the_same()
    {
        await AppendAsync(1);
        var gate = new TaskCompletionSource();
        Recorder.Then = (_, _) => new ValueTask(gate.Task);
        var watcher = await CreateAsync();
        await Recorder.WaitForCallsAsync(1);
        using var cancellation = new CancellationTokenSource();

        var stopping = watcher.StopAsync(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(stopping));
        Assert.Equal(cancellation.Token, exception.CancellationToken);

        gate.SetResult();
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);
    }

    [Fact]
    public async Task Stop_inside_the_handler_does_not_deadlock()
    {
        await AppendAsync(3);
        var isCancelled = true;
        Recorder.Then = async (item, token) =>
        {
            if (item.SequenceNumber == 2)
            {
                await Manager.Lookup(Id)!.StopAsync(cancellationToken: CancellationToken.None);
                isCancelled = token.IsCancellationRequested;
            }
        };

        var watcher = await CreateAsync(static options => options.AutoCheckpoint.OnStop = true);
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);

        Assert.Equal([1, 2], Recorder.Calls);
        Assert.False(isCancelled);
        Assert.Equal(2, await Store.GetCheckpointAsync(Id));
        await watcher.StartAsync();
        await WaitForAsync(watcher, 3);
        Assert.Equal([1, 2, 3], Recorder.Calls);
    }

    [Fact]
    public async Task Stop_of_the_manager_and_disposal_inside_the_handler_do_not_deadlock()
    {
        await AppendAsync(1);
        Recorder.Does = async _ =>
        {
            await Manager.StopAsync();
            await Manager.Lookup(Id)!.DisposeAsync();
        };

        var watcher = await CreateAsync();
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);

        await Eventually.TrueAsync(() => Manager.Lookup(Id) is null);
        Assert.Equal([1], Recorder.Calls);
    }

    [Fact]
    public async Task Stop_inside_a_handler_that_then_fails_forever_ends_it()
    {
        await AppendAsync(1);
        Recorder.Does = async _ =>
        {
            await Manager.Lookup(Id)!.StopAsync();
            throw new InvalidOperationException("no");
        };

        var watcher = await CreateAsync(static options => (options.InitialBackoff, options.MaxBackoff) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1)));
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);

        Assert.Equal([1], Recorder.Calls);
    }

    [Fact]
    public async Task Stop_by_a_task_that_the_handler_left_behind_waits_for_the_end()
    {
        await AppendAsync(1);
        var left = new TaskCompletionSource<Task>();
        var go = new TaskCompletionSource();
        Recorder.Does = _ =>
        {
            // It carries the handler's execution context, but the handler has returned by then.
            left.SetResult(Task.Run(async () =>
            {
                await go.Task;
                await Manager.Lookup(Id)!.StopAsync();
                Assert.Equal(StoreWatcherState.Stopped, Manager.Lookup(Id)!.State);
            }));
            return ValueTask.CompletedTask;
        };
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 1);

        go.SetResult();

        await Eventually.CompletesAsync(await left.Task);
    }

    [Fact]
    public async Task Seek_inside_the_handler_does_not_deadlock()
    {
        await AppendAsync(4);
        Recorder.Does = async _ =>
        {
            if (Recorder.Calls.Count == 3)
            {
                await Manager.Lookup(Id)!.SeekAsync(1);
            }
        };

        var watcher = await CreateAsync();
        await Recorder.WaitForCallsAsync(6);

        Assert.Equal([1, 2, 3, 2, 3, 4], Recorder.Calls);
        Assert.Equal(1, await Store.GetCheckpointAsync(Id));
        Assert.Equal(StoreWatcherState.Running, watcher.State);
    }

    [Fact]
    public async Task Seek_and_stop_inside_the_handler_begin_there_the_next_time()
    {
        await AppendAsync(3);
        Recorder.Does = async _ =>
        {
            if (Recorder.Calls.Count == 3)
            {
                await Manager.Lookup(Id)!.SeekAsync(1);
                await Manager.Lookup(Id)!.StopAsync();
            }
        };
        var watcher = await CreateAsync(static options => options.AutoCheckpoint.OnStop = true);
        await WaitForStateAsync(watcher, StoreWatcherState.Stopped);
        Assert.Equal(1, await Store.GetCheckpointAsync(Id));

        await watcher.StartAsync();
        await Recorder.WaitForCallsAsync(5);
        Assert.Equal([1, 2, 3, 2, 3], Recorder.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Seek_moves_the_watcher_and_its_checkpoint(long target)
    {
        await AppendAsync(5);
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 5);
        await watcher.CheckpointAsync(4);

        await Eventually.CompletesAsync(watcher.SeekAsync(target));

        Assert.Equal(target, await Store.GetCheckpointAsync(Id));
        await AppendAsync(1);
        await Recorder.WaitForCallsAsync(5 + 6 - (int)target);
        Assert.Equal([1, 2, 3, 4, 5, .. Enumerable.Range((int)target + 1, 6 - (int)target).Select(static i => (long)i)], Recorder.Calls);
    }

    [Fact]
    public async Task Seek_gets_a_watcher_past_the_event_that_blocks_it()
    {
        await AppendAsync(3);
        Recorder.Then = static (item, _) => item.SequenceNumber == 2 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;
        var watcher = await CreateAsync(static options => (options.InitialBackoff, options.MaxBackoff) = (TimeSpan.FromDays(1), TimeSpan.FromDays(1)));
        await Recorder.WaitForCallsAsync(2);

        await Eventually.CompletesAsync(watcher.SeekAsync(2));

        await WaitForAsync(watcher, 3);
        Assert.Equal([1, 2, 3], Recorder.Calls);
    }

    [Fact]
    public async Task Seek_cancels_the_call_that_runs()
    {
        await AppendAsync(2);
        Recorder.Then = static async (item, token) => await Task.Delay(item.SequenceNumber == 1 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
        var watcher = await CreateAsync();
        await Recorder.WaitForCallsAsync(1);

        await Eventually.CompletesAsync(watcher.SeekAsync(1));

        await WaitForAsync(watcher, 2);
        Assert.Equal([1, 2], Recorder.Calls);
        Assert.Empty(Recorder.Errors);
    }

    [Fact]
    public async Task Seek_of_a_watcher_that_does_not_run_is_where_it_begins()
    {
        await AppendAsync(5);
        var watcher = await CreateAsync(static options => options.AutoStart = false);
        await watcher.SeekAsync(3);
        Assert.Equal(StoreWatcherState.Idle, watcher.State);
        Assert.Equal(3, await Store.GetCheckpointAsync(Id));
        Assert.Equal(After(3), watcher.Statistics.NextIterator);

        await watcher.StartAsync();
        await WaitForAsync(watcher, 5);
        Assert.Equal([4, 5], Recorder.Calls);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public async Task Seek_and_checkpoint_beyond_the_log_are_refused(long number)
    {
        await AppendAsync(3);
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 3);
        await watcher.CheckpointAsync(1);

        Assert.Equal(number, (await Assert.ThrowsAsync<CheckpointException>(() => watcher.SeekAsync(number))).SequenceNumber);
        Assert.Equal(number, (await Assert.ThrowsAsync<CheckpointException>(async () => await watcher.CheckpointAsync(number, allowBackwards: true))).SequenceNumber);
        await Assert.ThrowsAsync<CheckpointException>(async () => await watcher.CheckpointAsync(number));

        Assert.Equal(1, await Store.GetCheckpointAsync(Id));
        Assert.Equal(StoreWatcherState.Running, watcher.State);
    }

    [Fact]
    public async Task Seek_whose_checkpoint_fails_leaves_the_watcher_where_it_was()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 3);
        Store.FailCheckpoint = static () => new EventStoreException("ill");

        await Assert.ThrowsAsync<EventStoreException>(() => Eventually.CompletesAsync(watcher.SeekAsync(1)));
        Store.FailCheckpoint = null;
        await AppendAsync(1);
        await WaitForAsync(watcher, 4);

        Assert.Equal([1, 2, 3, 4], Recorder.Calls);
        Assert.Null(await Store.GetCheckpointAsync(Id));
    }

    [Fact]
    public async Task Seeks_and_stops_at_random_every_event_is_handled_in_order_behind_the_last_seek()
    {
        await AppendAsync(200);
        var watcher = await CreateAsync(static options => (options.BatchSize, options.BufferSize) = (7, 21));
        var random = new Random(20261120);
        for (var i = 0; i < 40; i++)
        {
            await Eventually.CompletesAsync(watcher.SeekAsync(random.Next(0, 201)));
            if (random.Next(3) == 0)
            {
                await StopAsync(watcher);
                await watcher.StartAsync();
            }
        }

        await Eventually.CompletesAsync(watcher.SeekAsync(50));
        var before = Recorder.Calls.Count;
        await WaitForNextAsync(watcher, After(200));
        await StopAsync(watcher);

        // What was handled between the seek's end and the count is missing in front, nothing else.
        var after = Recorder.Calls.Skip(before).ToList();
        Assert.Equal(Enumerable.Range(201 - after.Count, after.Count).Select(static i => (long)i), after);
        Assert.True(after.Count <= 150);
    }
}
