using EventWatcher.TestKit;

namespace EventWatcher.Store.Tests;

/// <summary>Checkpoints by hand and by themselves.</summary>
public abstract class CheckpointTests : StoreWatcherTest
{
    [Fact]
    public async Task Checkpoint_goes_back_only_where_that_is_allowed()
    {
        await AppendAsync(5);
        var watcher = await CreateAsync();
        await watcher.CheckpointAsync(3);
        await watcher.CheckpointAsync(3);

        var exception = await Assert.ThrowsAsync<CheckpointException>(async () => await watcher.CheckpointAsync(2));
        Assert.Equal((Id, 2), (exception.WatcherId, exception.SequenceNumber));
        Assert.Equal(3, await Store.GetCheckpointAsync(Id));

        await watcher.CheckpointAsync(2, allowBackwards: true);
        Assert.Equal(2, await Store.GetCheckpointAsync(Id));
        await watcher.CheckpointAsync(0, allowBackwards: true);
        Assert.Equal(0, await Store.GetCheckpointAsync(Id));
    }

    [Fact]
    public async Task Checkpoint_inside_the_handler_is_there_when_it_returns()
    {
        await AppendAsync(3);
        Recorder.Then = async (item, token) =>
        {
            await Manager.Lookup(Id)!.CheckpointAsync(item.SequenceNumber, cancellationToken: token);
            Assert.Equal(item.SequenceNumber, await Store.GetCheckpointAsync(Id, token));
        };

        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 3);

        Assert.Empty(Recorder.Errors);
        Assert.Equal(3, watcher.Statistics.Checkpoint);
    }

    [Fact]
    public async Task Automatic_is_off_by_default()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync();
        await WaitForAsync(watcher, 3);
        Time.Advance(TimeSpan.FromDays(1));
        await StopAsync(watcher);

        Assert.Empty(await Store.ListCheckpointsAsync());
    }

    [Fact]
    public async Task Automatic_every_so_many_events()
    {
        var checkpoints = new List<long?>();
        Recorder.Then = async (_, token) => checkpoints.Add(await Store.GetCheckpointAsync(Id, token));
        await AppendAsync(8);

        var watcher = await CreateAsync(static options => options.AutoCheckpoint.Events = 3);
        await WaitForAsync(watcher, 8);
        await StopAsync(watcher);

        Assert.Equal([null, null, null, 3, 3, 3, 6, 6], checkpoints);
        Assert.Equal(6, await Store.GetCheckpointAsync(Id));
    }

    [Fact]
    public async Task Automatic_counts_what_the_filter_holds_back()
    {
        await AppendAsync(10);
        var watcher = await CreateAsync(static options =>
        {
            options.AutoCheckpoint.Events = 5;
            options.Filter = new EventFilter { ObjectTypes = ["B"] };
        });

        await Eventually.TrueAsync(async () => await Store.GetCheckpointAsync(Id) == 10);
        Assert.Empty(Recorder.Calls);
        Assert.Equal(10, watcher.Statistics.Checkpoint);
    }

    [Fact]
    public async Task Automatic_every_so_often_also_while_the_handler_is_stuck()
    {
        await AppendAsync(3);
        Recorder.Then = static async (item, token) => await Task.Delay(item.SequenceNumber == 3 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
        await CreateAsync(static options => options.AutoCheckpoint.Interval = TimeSpan.FromSeconds(5));
        await Recorder.WaitForCallsAsync(3);
        Assert.Null(await Store.GetCheckpointAsync(Id));

        Time.Advance(TimeSpan.FromSeconds(5));

        await Eventually.TrueAsync(async () => await Store.GetCheckpointAsync(Id) == 2);
    }

    [Fact]
    public async Task Automatic_on_stop_covers_what_was_handled_or_skipped()
    {
        await AppendAsync(3);
        Recorder.Then = static (item, _) => item.SequenceNumber == 3 ? throw new InvalidOperationException("no") : ValueTask.CompletedTask;
        var watcher = await CreateAsync(static options =>
        {
            options.AutoCheckpoint.OnStop = true;
            (options.MaxAttempts, options.RetryStrategy) = (1, RetryStrategy.Skip);
        });
        await WaitForAsync(watcher, 3);
        Assert.Null(await Store.GetCheckpointAsync(Id));

        await StopAsync(watcher);

        Assert.Equal(3, await Store.GetCheckpointAsync(Id));
    }

    [Fact]
    public async Task Automatic_on_stop_leaves_out_what_was_cut_short()
    {
        await AppendAsync(3);
        Recorder.Then = static async (item, token) => await Task.Delay(item.SequenceNumber == 3 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
        var watcher = await CreateAsync(static options => options.AutoCheckpoint.OnStop = true);
        await Recorder.WaitForCallsAsync(3);

        await StopAsync(watcher);

        Assert.Equal(2, await Store.GetCheckpointAsync(Id));
    }

    [Fact]
    public async Task Automatic_on_stop_of_a_watcher_of_the_latest_keeps_its_place()
    {
        await AppendAsync(3);
        var timers = Time.PendingTimers;
        var watcher = await CreateAsync(static options =>
        {
            options.AutoCheckpoint.OnStop = true;
            options.InitialIterator = EventIterator.Latest;
        });
        await Time.WaitForTimersAsync(timers + 1);
        await watcher.DisposeAsync();
        await AppendAsync(2);

        var again = await CreateAsync(static options => options.InitialIterator = EventIterator.Latest);
        await WaitForAsync(again, 5);

        Assert.Equal([4, 5], Recorder.Calls);
    }

    [Fact]
    public async Task Automatic_that_fails_is_told_and_tried_again()
    {
        var failures = 0;
        Store.FailCheckpoint = () => failures++ < 1 ? new EventStoreException("ill") : null;
        await AppendAsync(6);

        var watcher = await CreateAsync(static options => options.AutoCheckpoint.Events = 2);
        await WaitForAsync(watcher, 6);
        await Eventually.TrueAsync(async () => await Store.GetCheckpointAsync(Id) == 6);

        Assert.Equal([1, 2, 3, 4, 5, 6], Recorder.Calls);
        Assert.Equal(2, Assert.IsType<CheckpointException>(Assert.Single(Recorder.Errors)).SequenceNumber);
    }

    [Fact]
    public async Task Automatic_follows_a_seek_back()
    {
        await AppendAsync(4);
        var watcher = await CreateAsync(static options => options.AutoCheckpoint.Events = 1);
        await WaitForAsync(watcher, 4);
        await Eventually.TrueAsync(async () => await Store.GetCheckpointAsync(Id) == 4);
        var gate = new SemaphoreSlim(0);
        Recorder.Then = async (_, token) => await gate.WaitAsync(token);

        await Eventually.CompletesAsync(watcher.SeekAsync(1));
        Assert.Equal(1, await Store.GetCheckpointAsync(Id));
        gate.Release();
        await Eventually.TrueAsync(async () => await Store.GetCheckpointAsync(Id) == 2);
    }

    [Fact]
    public async Task Automatic_that_is_under_way_is_waited_for_by_stop()
    {
        await AppendAsync(3);
        var watcher = await CreateAsync(static options => options.AutoCheckpoint.Interval = TimeSpan.FromSeconds(1));
        await WaitForAsync(watcher, 3);
        var (arrived, released) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Store.HoldCheckpoint = () =>
        {
            arrived.TrySetResult();
            return released.Task;
        };
        Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.CompletesAsync(arrived.Task);

        // Else its failure would be told after the end.
        var stopping = watcher.StopAsync();
        await WaitForStateAsync(watcher, StoreWatcherState.Stopping);
        Store.FailCheckpoint = static () => new InvalidOperationException("no");
        released.SetResult();
        await Eventually.CompletesAsync(stopping);

        Assert.IsType<CheckpointException>(Assert.Single(Recorder.Errors));
    }

    [Fact]
    public async Task Automatic_that_fails_leaves_it_to_OnError_to_set_one()
    {
        await AppendAsync(3);
        var calls = 0;
        Store.FailCheckpoint = () => calls++ == 0 ? new InvalidOperationException("no") : null;
        var watcher = await CreateAsync(options =>
        {
            options.AutoCheckpoint.Events = 2;
            options.OnError = async (_, token) => await Manager.Lookup(Id)!.CheckpointAsync(1, cancellationToken: token);
        });

        await Eventually.TrueAsync(async () => await Store.GetCheckpointAsync(Id) == 3);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task Id_with_half_of_a_surrogate_pair_is_refused()
    {
        // As UTF-8 it would be another one after a restart.
        foreach (var id in new[] { "\uD800", "a\uDC00b" })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(id: id));
            await Assert.ThrowsAsync<ArgumentException>(async () => await Store.StoreCheckpointAsync(id, 0));
        }

        await (await CreateAsync(id: "a \U0001F600 whole one")).DisposeAsync();
    }

    [Fact]
    public async Task Automatic_that_is_due_in_the_middle_of_a_seek_does_not_set_it_back()
    {
        await AppendAsync(5);
        var watcher = await CreateAsync(static options => options.AutoCheckpoint.Interval = TimeSpan.FromSeconds(5));
        for (var round = 0; round < 20; round++)
        {
            await WaitForNextAsync(watcher, After(5));
            var gate = new SemaphoreSlim(0);
            Recorder.Then = async (_, token) => await gate.WaitAsync(token);
            Store.FailCheckpoint = () =>
            {
                Store.FailCheckpoint = null;
                Time.Advance(TimeSpan.FromSeconds(5));
                return null;
            };
            await Eventually.CompletesAsync(watcher.SeekAsync(1));
            await Recorder.WaitForCallsAsync(5 + (round * 4) + 1);
            await Task.Yield();
            Assert.Equal(1, await Store.GetCheckpointAsync(Id));
            Recorder.Then = null;
            gate.Release();
        }
    }

    [Fact]
    public async Task Automatic_on_stop_leaves_alone_what_was_set_elsewhere_since()
    {
        await AppendAsync(5);
        var watcher = await CreateAsync(static options => options.AutoCheckpoint.OnStop = true);
        await WaitForAsync(watcher, 5);
        await StopAsync(watcher);
        await Store.StoreCheckpointAsync(Id, 2);
        Store.FailRead = static () => new EventStoreException("ill");
        Recorder.Then = static (_, _) => throw new InvalidOperationException("not to be called");

        await watcher.StartAsync();
        await StopAsync(watcher);

        Assert.Equal(2, await Store.GetCheckpointAsync(Id));
    }

    [Fact]
    public async Task Automatic_that_fails_by_the_clock_may_stop_the_watcher_by_its_callback()
    {
        await AppendAsync(2);
        Store.FailCheckpoint = static () => new EventStoreException("ill");
        var watcher = await CreateAsync(options =>
        {
            options.AutoCheckpoint.Interval = TimeSpan.FromSeconds(5);
            options.StopTimeout = Timeout.InfiniteTimeSpan;
            options.OnError = async (_, _) => await Manager.Lookup(Id)!.StopAsync(cancellationToken: CancellationToken.None);
        });
        await WaitForNextAsync(watcher, After(2));

        Time.Advance(TimeSpan.FromSeconds(5));

        // The wait for more ends the run's last read.
        await Eventually.TrueAsync(() => watcher.State == StoreWatcherState.Stopping || watcher.State == StoreWatcherState.Stopped);
        await Eventually.CompletesAsync(watcher.StopAsync());
        Assert.Equal(StoreWatcherState.Stopped, watcher.State);
    }
}
