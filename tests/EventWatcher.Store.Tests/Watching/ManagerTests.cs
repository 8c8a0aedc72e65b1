using EventWatcher.TestKit;
using Microsoft.Extensions.Options;

namespace EventWatcher.Store.Tests;

/// <summary>Ids, rights to run, and many watchers.</summary>
public abstract class ManagerTests : StoreWatcherTest
{
    [Fact]
    public async Task Create_an_id_that_exists_is_refused_until_it_is_disposed()
    {
        var watcher = await CreateAsync();
        Assert.Same(watcher, Manager.Lookup(Id));
        Assert.Null(Manager.Lookup("nobody"));

        Assert.Equal(Id, (await Assert.ThrowsAsync<StoreWatcherException>(() => CreateAsync())).WatcherId);
        await StopAsync(watcher);
        await Assert.ThrowsAsync<StoreWatcherException>(() => CreateAsync());
        await watcher.DisposeAsync();
        Assert.Null(Manager.Lookup(Id));

        Assert.NotSame(watcher, await CreateAsync());
    }

    [Fact]
    public async Task Create_an_id_that_runs_under_another_manager_is_refused()
    {
        await using var other = new StoreWatcherManager(Store);
        await other.CreateAsync(Id, new EventRecorder().HandleAsync);

        await Assert.ThrowsAsync<StoreWatcherException>(() => CreateAsync());

        Assert.Null(Manager.Lookup(Id));
        await other.StopAsync();
        await CreateAsync();
    }

    [Fact]
    public async Task Create_with_bad_arguments_leaves_no_watcher()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CreateAsync(id: ""));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Manager.CreateAsync(Id, (Func<StoredEvent, CancellationToken, ValueTask>)null!));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Manager.CreateAsync(Id, (IStoredEventHandler)null!));
        await Assert.ThrowsAsync<OptionsValidationException>(() => CreateAsync(static options => options.BatchSize = 0));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Manager.CreateAsync(Id, Recorder.HandleAsync, cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(Manager.Watchers);
        await CreateAsync();
    }

    [Fact]
    public async Task Create_options_are_copied()
    {
        await AppendAsync(4);
        StoreWatcherOptions? given = null;
        var watcher = await CreateAsync(options =>
        {
            given = options;
            options.AutoStart = false;
        });
        (given!.BatchSize, given.AutoCheckpoint.Events, given.AutoCheckpoint.OnStop) = (0, 1, true);

        await watcher.StartAsync();
        await WaitForAsync(watcher, 4);
        await StopAsync(watcher);

        Assert.Empty(await Store.ListCheckpointsAsync());
    }

    [Fact]
    public async Task Create_with_a_handler_object_calls_it()
    {
        await AppendAsync(2);
        await Manager.CreateAsync(Id, new ObjectHandler(Recorder));

        await Recorder.WaitForCallsAsync(2);
    }

    [Fact]
    public async Task Lease_held_elsewhere_is_waited_for_by_the_run_and_not_by_creation()
    {
        await AppendAsync(2);
        var lease = new TaskCompletionSource<IWatcherRegistration>();
        Store.Register = (_, token) => new ValueTask<IWatcherRegistration>(lease.Task.WaitAsync(token));

        var creating = CreateAsync();
        await Time.WaitForTimersAsync(1);
        Time.Advance(TimeSpan.FromSeconds(2));
        var watcher = await Eventually.CompletesAsync(creating);
        Assert.Equal(StoreWatcherState.Running, watcher.State);
        Assert.Empty(Recorder.Calls);

        await using var registration = new Lease();
        lease.SetResult(registration);
        await WaitForAsync(watcher, 2);
        await watcher.DisposeAsync();
        Assert.Equal(1, registration.Disposals);
    }

    [Fact]
    public async Task Lease_held_elsewhere_for_ever_stopping_does_not_wait()
    {
        Store.Register = static async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException("not reached");
        };
        var creating = CreateAsync();
        await Time.WaitForTimersAsync(1);
        Time.Advance(TimeSpan.FromSeconds(2));
        var watcher = await Eventually.CompletesAsync(creating);

        await StopAsync(watcher);
        await Eventually.CompletesAsync(watcher.DisposeAsync().AsTask());

        Assert.Empty(Manager.Watchers);
    }

    [Fact]
    public async Task Lease_lost_is_asked_for_again_and_the_checkpoint_is_read_anew()
    {
        await AppendAsync(4);
        var leases = new List<Lease>();
        Store.Register = (_, _) =>
        {
            leases.Add(new Lease());
            return ValueTask.FromResult<IWatcherRegistration>(leases[^1]);
        };
        Recorder.Then = static async (item, token) => await Task.Delay(item.SequenceNumber == 3 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
        var watcher = await CreateAsync();
        await Recorder.WaitForCallsAsync(3);
        await watcher.CheckpointAsync(1);
        Recorder.Then = null;

        await leases[0].LoseAsync();
        await WaitForAsync(watcher, 4);

        Assert.Equal([1, 2, 3, 2, 3, 4], Recorder.Calls);
        Assert.Equal(2, leases.Count);
        Assert.Equal(1, leases[0].Disposals);
        Assert.Empty(Recorder.Errors);
    }

    [Fact]
    public async Task Many_watchers_and_writers_each_watcher_handles_every_event_once_in_order()
    {
        const int Total = 400;
        var recorders = Enumerable.Range(0, 8).Select(static _ => new EventRecorder()).ToList();
        foreach (var (index, recorder) in recorders.Index())
        {
            await Manager.CreateAsync(
                $"w{index}",
                recorder.HandleAsync,
                new StoreWatcherOptions { BatchSize = 1 + (index * 7), AutoCheckpoint = new AutoCheckpointOptions { Events = 50, OnStop = true } });
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AppendAsync(Total / 8))));
        await Task.WhenAll(recorders.Select(static recorder => recorder.WaitForCallsAsync(Total)));
        await Eventually.CompletesAsync(Manager.StopAsync());

        Assert.All(recorders, static recorder => Assert.Equal(Enumerable.Range(1, Total).Select(static i => (long)i), recorder.Calls));
        Assert.All(await Store.ListCheckpointsAsync(), static checkpoint => Assert.Equal(Total, checkpoint.SequenceNumber));
    }

    private sealed class ObjectHandler(EventRecorder recorder) : IStoredEventHandler
    {
        public ValueTask HandleAsync(StoredEvent storedEvent, CancellationToken cancellationToken) => recorder.HandleAsync(storedEvent, cancellationToken);
    }

    private sealed class Lease : IWatcherRegistration
    {
        private readonly CancellationTokenSource _lost = new();

        public string WatcherId => Id;

        public CancellationToken Lost => _lost.Token;

        public int Disposals { get; private set; }

        public Task LoseAsync() => _lost.CancelAsync();

        public ValueTask DisposeAsync()
        {
            Disposals++;
            _lost.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
