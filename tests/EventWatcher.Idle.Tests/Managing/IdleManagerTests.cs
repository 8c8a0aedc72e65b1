using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.Tests;

public sealed class IdleManagerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeContainerProvider _runtime = new();
    private IdleManager? _manager;

    public async ValueTask DisposeAsync()
    {
        if (_manager is not null)
        {
            await _manager.DisposeAsync();
        }
    }

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(static label => "eventwatcher.idle." + label.Key, static label => label.Value, StringComparer.Ordinal);

    private async Task<IdleManager> StartAsync(Action<IdleOptions>? configure = null)
    {
        var options = new IdleOptions();
        configure?.Invoke(options);
        _manager = new IdleManager(_runtime, options, timeProvider: _time);
        _manager.Start();
        await Eventually.CompletesAsync(_manager.Ready);
        return _manager;
    }

    private async Task ReachesAsync(string name, IdleState state)
    {
        IdleWatcher? watcher = null;
        await Eventually.TrueAsync(() => _manager!.TryGet(name, out watcher) && watcher.State == state, expectation: $"{name} {state}");
    }

    private async Task PassAsync(Func<bool> until) => await Eventually.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(100));
        return until();
    });

    [Fact]
    public async Task Start_manages_what_labels_name_and_nothing_else()
    {
        _runtime.Add("app", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        _runtime.Add("other", ContainerStatus.Running);

        var manager = await StartAsync();

        await ReachesAsync("app", IdleState.Ready);
        Assert.False(manager.TryGet("other", out _));
        Assert.InRange(_runtime.CountCalls(FakeContainerAction.List), 1, 2);
        Assert.Equal(0, _runtime.CountCalls(FakeContainerAction.Start) + _runtime.CountCalls(FakeContainerAction.Stop));
    }

    [Fact]
    public async Task Bad_labels_leave_that_container_alone_and_the_others_work()
    {
        _runtime.Add("bad", ContainerStatus.Running, Labels(("idle-timeout", "5"), ("port", "http")));
        _runtime.Add("good", ContainerStatus.Running, Labels(("idle-timeout", "1m")));

        var manager = await StartAsync();

        await ReachesAsync("good", IdleState.Ready);
        Assert.False(manager.TryGet("bad", out _));
        Assert.Equal(["eventwatcher.idle.idle-timeout", "eventwatcher.idle.port"], manager.Faults.Select(static fault => fault.Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Circle_in_labels_is_shown_with_its_path_and_left_alone()
    {
        _runtime.Add("a", ContainerStatus.Running, Labels(("depends-on", "b")));
        _runtime.Add("b", ContainerStatus.Running, Labels(("depends-on", "a")));
        _runtime.Add("good", ContainerStatus.Running, Labels(("idle-timeout", "1m")));

        var manager = await StartAsync();

        await ReachesAsync("good", IdleState.Ready);
        Assert.Equal(["good"], manager.Watchers.Select(static watcher => watcher.Name));
        Assert.Contains(manager.Faults, static fault => fault.ToString().Contains("a → b → a", StringComparison.Ordinal));
    }

    [Fact]
    public void Circle_in_the_configuration_is_refused_with_its_path()
    {
        var options = new IdleOptions();
        options.Containers["a"] = new IdleContainerOptions { DependsOn = { "b" } };
        options.Containers["b"] = new IdleContainerOptions { DependsOn = { "a" } };

        var exception = Assert.Throws<OptionsValidationException>(() => new IdleManager(_runtime, options));

        Assert.Contains("a → b → a", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_configuration_is_refused_with_every_fault()
    {
        var options = new IdleOptions { MaxWaiting = 0 };
        options.Containers["a"] = new IdleContainerOptions { WakeTimeout = TimeSpan.Zero, StopSignal = "not a signal", Port = 0, DependsOn = { "x:y:z" } };

        var exception = Assert.Throws<OptionsValidationException>(() => new IdleManager(_runtime, options));

        Assert.Equal(5, exception.Failures.Count());
        Assert.Contains("IdleOptions.Containers.a.WakeTimeout is 00:00:00; allowed: longer than zero, at most 1.00:00:00.", exception.Failures);
    }

    [Fact]
    public async Task GetOrAdd_from_many_threads_is_one_watcher()
    {
        _runtime.Add("app");
        var manager = await StartAsync();

        var watchers = new IdleWatcher[64];
        Parallel.For(0, watchers.Length, index => watchers[index] = manager.GetOrAdd("app", new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1) }));

        Assert.Single(watchers.Distinct());
        using var lease = await Eventually.CompletesAsync(watchers[0].AcquireAsync().AsTask());
        Assert.Equal(ContainerStatus.Running, _runtime.StatusOf("app"));
    }

    [Fact]
    public async Task Events_from_outside_are_followed()
    {
        var id = _runtime.Add("app", labels: Labels(("idle-timeout", "1m")));
        await StartAsync();
        await ReachesAsync("app", IdleState.Napping);

        await _runtime.StartAsync(id);
        await ReachesAsync("app", IdleState.Ready);
        await _runtime.PauseAsync(id);
        await ReachesAsync("app", IdleState.Napping);
        await _runtime.UnpauseAsync(id);
        await ReachesAsync("app", IdleState.Ready);
        await _runtime.StopAsync(id);
        await ReachesAsync("app", IdleState.Napping);
        _runtime.Remove("app");
        await ReachesAsync("app", IdleState.Error);
        _runtime.Add("app", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        await ReachesAsync("app", IdleState.Ready);
    }

    [Fact]
    public async Task ForceReload_means_list_and_reconcile()
    {
        _runtime.Add("app", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        await StartAsync();
        await ReachesAsync("app", IdleState.Ready);
        _runtime.HoldEvents();
        _runtime.End("app");
        _runtime.ReleaseEvents(discard: true);

        _runtime.Watcher.Emit(TestEvents.ForceReload());

        await ReachesAsync("app", IdleState.Napping);
    }

    [Fact]
    public async Task Rename_moves_a_labelled_container_to_its_new_name()
    {
        _runtime.Add("app", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        await StartAsync();
        await ReachesAsync("app", IdleState.Ready);

        _runtime.Rename("app", "renamed");

        await ReachesAsync("renamed", IdleState.Ready);
        await ReachesAsync("app", IdleState.Error);
        await PassAsync(() => !_manager!.TryGet("app", out _));
    }

    [Fact]
    public async Task Container_made_later_is_managed_from_then_on()
    {
        await StartAsync();

        _runtime.Add("late", ContainerStatus.Running, Labels(("idle-timeout", "1m")));

        await ReachesAsync("late", IdleState.Ready);
        await PassAsync(() => _runtime.StatusOf("late") == ContainerStatus.Stopped);
    }

    [Fact]
    public async Task Dependency_that_nobody_configured_sleeps_with_its_last_user()
    {
        _runtime.Add("db");
        _runtime.Add("app", labels: Labels(("idle-timeout", "1m"), ("depends-on", "db")));
        var manager = await StartAsync();
        await ReachesAsync("app", IdleState.Napping);
        Assert.True(manager.TryGet("app", out var app));

        (await Eventually.CompletesAsync(app.AcquireAsync().AsTask())).Dispose();
        Assert.Equal(ContainerStatus.Running, _runtime.StatusOf("db"));

        await PassAsync(() => _runtime.StatusOf("db") == ContainerStatus.Stopped);
        Assert.Equal(ContainerStatus.Stopped, _runtime.StatusOf("app"));
    }

    [Fact]
    public async Task Dependency_found_running_without_a_user_is_left_alone()
    {
        _runtime.Add("db", ContainerStatus.Running);
        _runtime.Add("app", labels: Labels(("idle-timeout", "1m"), ("depends-on", "db")));
        await StartAsync();
        await ReachesAsync("db", IdleState.Ready);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(ContainerStatus.Running, _runtime.StatusOf("db"));
    }

    [Fact]
    public async Task Reload_takes_other_rules_and_stops_nothing()
    {
        _runtime.Add("app", ContainerStatus.Running);
        _runtime.Add("gone", ContainerStatus.Running);
        var manager = await StartAsync(static options =>
        {
            options.Containers["app"] = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1) };
            options.Containers["gone"] = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1) };
        });
        await ReachesAsync("gone", IdleState.Ready);
        var reloaded = new IdleOptions();
        reloaded.Containers["app"] = new IdleContainerOptions { IdleTimeout = TimeSpan.FromHours(1) };

        manager.Reload(reloaded);

        Assert.False(manager.TryGet("gone", out _));
        await ReachesAsync("app", IdleState.Ready);
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((ContainerStatus.Running, ContainerStatus.Running), (_runtime.StatusOf("app"), _runtime.StatusOf("gone")));
        Assert.True(manager.TryGet("app", out var app));
        Assert.Equal(TimeSpan.FromHours(1), app.Options.IdleTimeout);
    }

    [Fact]
    public async Task Runtime_unreachable_at_first_is_found_later()
    {
        _runtime.Add("app", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        _runtime.IsUnreachable = true;
        _manager = new IdleManager(_runtime, timeProvider: _time);
        _manager.Start();
        await Eventually.TrueAsync(() => _runtime.CountCalls(FakeContainerAction.List) > 0);
        Assert.False(_manager.Ready.IsCompleted);

        _runtime.IsUnreachable = false;

        await PassAsync(() => _manager.Ready.IsCompleted);
        await ReachesAsync("app", IdleState.Ready);
    }

    [Fact]
    public async Task DisposeAsync_tells_who_waits_and_stops_no_container()
    {
        _runtime.Add("app");
        _runtime.Add("running", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        var stuck = new TaskCompletionSource();
        _runtime.OnCall = (call, token) => call.Action == FakeContainerAction.Start ? stuck.Task.WaitAsync(token) : Task.CompletedTask;
        var manager = await StartAsync(static options => options.Containers["app"] = new IdleContainerOptions());
        Assert.True(manager.TryGet("app", out var app));
        var waiting = app.AdmitAsync().AsTask();

        await Eventually.CompletesAsync(manager.DisposeAsync().AsTask());

        Assert.Equal(IdleRefusalReason.ShuttingDown, (await Eventually.CompletesAsync(waiting)).Refusal!.Reason);
        Assert.Equal(ContainerStatus.Running, _runtime.StatusOf("running"));
        Assert.Throws<ObjectDisposedException>(() => manager.GetOrAdd("other"));
    }

    [Fact]
    public async Task Two_providers_each_have_their_containers()
    {
        var other = new FakeContainerProvider();
        _runtime.Add("app", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        other.Add("guest");
        var options = new IdleOptions();
        options.Containers["guest"] = new IdleContainerOptions { Provider = "second" };
        _manager = new IdleManager([KeyValuePair.Create<string, IContainerProvider>("first", _runtime), KeyValuePair.Create<string, IContainerProvider>("second", other)], options, timeProvider: _time);
        _manager.Start();
        await Eventually.CompletesAsync(_manager.Ready);

        using var lease = await Eventually.CompletesAsync(_manager.GetOrAdd("guest").AcquireAsync().AsTask());

        Assert.Equal(ContainerStatus.Running, other.StatusOf("guest"));
        await ReachesAsync("app", IdleState.Ready);
    }

    [Fact]
    public async Task Snapshot_has_them_all_in_the_order_of_their_names()
    {
        _runtime.Add("b", labels: Labels(("idle-timeout", "1m")));
        _runtime.Add("a", ContainerStatus.Running, Labels(("idle-timeout", "1m"), ("group", "blue")));
        var manager = await StartAsync();
        await ReachesAsync("a", IdleState.Ready);

        var snapshots = manager.Snapshot();

        Assert.Equal([("a", "healthy"), ("b", "napping")], snapshots.Select(static item => (item.Name, item.Status)));
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromMinutes(1), snapshots[0].NextSleep);
        Assert.Equal("a", Assert.Single(manager.FindGroup("blue")).Name);
    }

    /// <summary>Threads that take leases while it is put to sleep again and again: whoever holds one finds the container running.</summary>
    [Fact]
    public async Task Lease_taken_at_any_moment_of_a_stop_holds_a_container_that_runs()
    {
        _runtime.Add("app", ContainerStatus.Running);
        var manager = await StartAsync(static options => options.Containers["app"] = new IdleContainerOptions());
        var app = manager.GetOrAdd("app");
        await Eventually.CompletesAsync(app.WakeAsync());
        using var end = new CancellationTokenSource();
        var (held, wrong, sleeps) = (0, 0, 0);
        var users = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Use, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        await Eventually.TrueAsync(async () =>
        {
            sleeps += await Eventually.CompletesAsync(app.SleepAsync()) ? 1 : 0;
            await Eventually.CompletesAsync(app.WakeAsync());
            return sleeps >= 60 && Volatile.Read(ref held) >= 300;
        });

        await end.CancelAsync();
        await Task.WhenAll(users);
        Assert.Equal(0, wrong);

        void Use()
        {
            while (!end.IsCancellationRequested)
            {
                if (app.TryAcquire(out var lease))
                {
                    Interlocked.Increment(ref held);
                    if (_runtime.StatusOf("app") != ContainerStatus.Running)
                    {
                        Interlocked.Increment(ref wrong);
                    }

                    // Long enough for a stop to show that has just been begun.
                    Thread.SpinWait(2_000);
                    if (_runtime.StatusOf("app") != ContainerStatus.Running)
                    {
                        Interlocked.Increment(ref wrong);
                    }

                    lease.Dispose();
                }

                Thread.SpinWait(6_000);
            }
        }
    }

    /// <summary>Ten thousand containers: one list, one timer, and no question for each of them.</summary>
    [Fact]
    public async Task Ten_thousand_containers_are_found_by_one_list_and_sleep_by_one_timer()
    {
        for (var number = 0; number < 10_000; number++)
        {
            _runtime.Add($"app-{number}", number % 2 == 0 ? ContainerStatus.Running : ContainerStatus.Stopped, Labels(("idle-timeout", "1m")));
        }

        var timers = _time.PendingTimers;
        var manager = await StartAsync();
        await Eventually.TrueAsync(() => manager.Watchers.Count(static watcher => watcher.State == IdleState.Ready) == 5_000);

        Assert.InRange(_runtime.CountCalls(FakeContainerAction.List), 1, 2);
        Assert.InRange(_time.PendingTimers - timers, 1, 3);
        _time.Advance(TimeSpan.FromSeconds(61));
        await Eventually.TrueAsync(() => manager.Watchers.All(static watcher => watcher.State == IdleState.Napping));
        Assert.Equal(5_000, _runtime.CountCalls(FakeContainerAction.Stop));
    }
}
