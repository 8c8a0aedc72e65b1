namespace EventWatcher.Idle.Tests;

/// <summary>Containers that come, go and change while something is under way.</summary>
public sealed class IdleManagerChangeTests : IAsyncDisposable
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

    private static IdleOptions Options(params (string Name, IdleContainerOptions Options)[] containers)
    {
        var options = new IdleOptions();
        foreach (var (name, container) in containers)
        {
            options.Containers[name] = container;
        }

        return options;
    }

    private async Task<IdleManager> StartAsync(IdleOptions? options = null)
    {
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

    /// <summary>The one who came after knew nothing of the stop that was still under way, and started into it.</summary>
    [Fact]
    public async Task Container_no_longer_managed_and_managed_again_during_its_stop_was_started_into_it()
    {
        _runtime.Add("app", ContainerStatus.Running);
        var manager = await StartAsync(Options(("app", new IdleContainerOptions())));
        await ReachesAsync("app", IdleState.Ready);
        var stop = new TaskCompletionSource();
        _runtime.OnCall = (call, _) => call.Action == FakeContainerAction.Stop ? stop.Task : Task.CompletedTask;
        var sleeping = manager.GetOrAdd("app").SleepAsync();
        await Eventually.TrueAsync(() => _runtime.CountCalls(FakeContainerAction.Stop) == 1);

        manager.Reload(Options());
        manager.Reload(Options(("app", new IdleContainerOptions())));
        var waiting = manager.GetOrAdd("app").AcquireAsync().AsTask();
        await ReachesAsync("app", IdleState.Ready).WaitAsync(TimeSpan.FromMilliseconds(1)).ContinueWith(static _ => { }, TaskScheduler.Default);
        var startedInto = _runtime.CountCalls(FakeContainerAction.Start);
        stop.SetResult();
        using var lease = await Eventually.CompletesAsync(waiting);

        Assert.Equal(0, startedInto);
        Assert.Equal((ContainerStatus.Running, 1), (_runtime.StatusOf("app"), _runtime.CountCalls(FakeContainerAction.Start)));
        Assert.False(await Eventually.CompletesAsync(sleeping));
    }

    /// <summary>Its circle went through containers that were managed and had done nothing wrong.</summary>
    [Fact]
    public async Task Circle_that_was_refused_by_GetOrAdd_took_the_others_with_it()
    {
        _runtime.Add("a", ContainerStatus.Running, Labels(("depends-on", "b")));
        _runtime.Add("b", ContainerStatus.Running);
        var manager = await StartAsync();
        await ReachesAsync("a", IdleState.Ready);
        Assert.True(manager.TryGet("a", out var before));
        manager.Reload(Options());
        Assert.True(manager.TryGet("a", out before));

        Assert.ThrowsAny<Exception>(() => manager.GetOrAdd("c", new IdleContainerOptions { DependsOn = { "c" } }));
        Assert.Throws<InvalidOperationException>(() => manager.GetOrAdd("new", new IdleContainerOptions { Provider = "nobody" }));

        Assert.True(manager.TryGet("a", out var after));
        Assert.Same(before, after);
        Assert.Empty(manager.Faults);
        _runtime.Add("new");
        Assert.NotNull(manager.GetOrAdd("new"));
    }

    /// <summary>What it needs was managed anew, by a watcher that did not know of those who need it.</summary>
    [Fact]
    public async Task Dependency_that_was_managed_anew_slept_under_who_needs_it()
    {
        _runtime.Add("app", ContainerStatus.Running);
        _runtime.Add("db", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        var manager = await StartAsync(Options(("app", new IdleContainerOptions { DependsOn = { "db" } })));
        await ReachesAsync("app", IdleState.Ready);
        await ReachesAsync("db", IdleState.Ready);
        Assert.True(manager.TryGet("db", out var db));
        await Eventually.TrueAsync(() => db.Dependents == 1);

        _runtime.Remove("db");
        _runtime.Add("db", ContainerStatus.Running, Labels(("idle-timeout", "soon")));
        await Eventually.TrueAsync(() => !manager.TryGet("db", out _));
        _runtime.Remove("db");
        _runtime.Add("db", ContainerStatus.Running, Labels(("idle-timeout", "1m")));
        await ReachesAsync("db", IdleState.Ready);

        Assert.True(manager.TryGet("db", out db));
        await Eventually.TrueAsync(() => db.Dependents == 1);
    }

    /// <summary>Ten thousand naps: nothing is left of them but the latest.</summary>
    [Fact]
    public async Task Moments_that_were_overtaken_piled_up_over_ten_thousand_naps()
    {
        _runtime.Add("app", ContainerStatus.Running);
        var manager = await StartAsync(Options(("app", new IdleContainerOptions { IdleTimeout = TimeSpan.FromHours(1), WakeTimeout = TimeSpan.FromHours(5) })));
        var app = manager.GetOrAdd("app");
        await ReachesAsync("app", IdleState.Ready);

        for (var nap = 0; nap < 10_000; nap++)
        {
            Assert.True(await Eventually.CompletesAsync(app.SleepAsync()));
            await Eventually.CompletesAsync(app.WakeAsync());
        }

        Assert.InRange(manager.Timer.Count, 0, 10);
        Assert.Equal(WakeEventLog.Capacity, app.WakeEvents.GetHistory().Count);
        Assert.Equal((0, 0), (app.Snapshot().Leases, app.Snapshot().Waiting));
    }

    /// <summary>Each of them made a plan of all anew.</summary>
    [Fact]
    public async Task Thousands_added_one_after_the_other_took_the_square_of_their_number()
    {
        var manager = await StartAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var number = 0; number < 4_000; number++)
        {
            manager.GetOrAdd($"app-{number}");
        }

        // Some kilobytes each; half a megabyte each where all are planned anew.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 4_000, 0, 50_000);
        Assert.Equal(4_000, manager.Watchers.Count);
        manager.Reload(Options(("app-1", new IdleContainerOptions())));
        Assert.Single(manager.Watchers);
    }

    /// <summary>Who waits for a runtime that is gone is told at its deadline, and afterwards all is as before.</summary>
    [Fact]
    public async Task Runtime_unreachable_and_back_the_waiting_are_told_and_the_next_one_is_served()
    {
        _runtime.Add("app");
        var manager = await StartAsync(Options(("app", new IdleContainerOptions { WakeTimeout = TimeSpan.FromSeconds(20) })));
        await ReachesAsync("app", IdleState.Napping);
        _runtime.IsUnreachable = true;

        var waiting = manager.GetOrAdd("app").AdmitAsync().AsTask();
        await PassAsync(() => waiting.IsCompleted);
        Assert.Equal(502, (await waiting).Refusal?.StatusCode);
        _runtime.IsUnreachable = false;
        var next = manager.GetOrAdd("app").AdmitAsync().AsTask();
        await PassAsync(() => next.IsCompleted);

        Assert.True((await next).IsAdmitted);
    }

    private async Task PassAsync(Func<bool> until) => await Eventually.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(100));
        return until();
    });
}
