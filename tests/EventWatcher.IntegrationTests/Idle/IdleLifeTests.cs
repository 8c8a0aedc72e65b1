using EventWatcher.Idle;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>What happens to containers on the real engine, and what is believed of them.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleLifeTests(DockerEngineFixture fixture)
{
    private static string NewName() => $"idle-{Guid.NewGuid():N}";

    private static async Task<IdleRefusal> RefusalOf(IdleWatcher watcher)
    {
        var admission = await watcher.AdmitAsync().AsTask().WaitAsync(Deadline.Generous);
        return Assert.IsType<IdleRefusal>(admission.Refusal);
    }

    [SkippableFact]
    public async Task Stopped_paused_killed_removed_made_anew_and_renamed_from_outside_is_followed_and_HUP_changes_nothing()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var name = NewName();
        var id = await fixture.Control.CreateAsync(new ContainerSpec { Name = name });
        var watcher = house.Manager.GetOrAdd(name, new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5) });
        await house.ReachesAsync(watcher, IdleState.Napping);

        await fixture.Control.StartAsync(id);
        await house.ReachesAsync(watcher, IdleState.Ready);
        await fixture.Control.PauseAsync(id);
        await house.ReachesAsync(watcher, IdleState.Napping);
        await fixture.Control.UnpauseAsync(id);
        await house.ReachesAsync(watcher, IdleState.Ready);

        // Events come in the engine's order: who has seen a later one has seen the kill.
        var generation = watcher.Generation;
        var marker = NewName();
        var later = await fixture.Control.CreateAsync(new ContainerSpec { Name = marker });
        var seen = house.Manager.GetOrAdd(marker, new IdleContainerOptions());
        await house.ReachesAsync(seen, IdleState.Napping);
        await fixture.Control.KillAsync(id, "SIGHUP");
        await fixture.Control.StartAsync(later);
        await house.ReachesAsync(seen, IdleState.Ready);
        Assert.Equal((IdleState.Ready, generation), (watcher.State, watcher.Generation));

        await fixture.Control.StopAsync(id);
        await house.ReachesAsync(watcher, IdleState.Napping);
        await fixture.Control.StartAsync(id);
        await house.ReachesAsync(watcher, IdleState.Ready);
        await fixture.Control.KillAsync(id);
        await house.ReachesAsync(watcher, IdleState.Napping);

        await fixture.Control.RenameAsync(id, name + "-old");
        await house.ReachesAsync(watcher, IdleState.Error);
        await fixture.Control.RenameAsync(id, name);
        await house.ReachesAsync(watcher, IdleState.Napping);

        await fixture.Control.RemoveAsync(id);
        await house.ReachesAsync(watcher, IdleState.Error);
        Assert.Equal(IdleRefusalReason.NotFound, (await RefusalOf(watcher)).Reason);
        var again = await fixture.Control.CreateAsync(new ContainerSpec { Name = name });
        await house.ReachesAsync(watcher, IdleState.Napping);
        using var lease = await watcher.AcquireAsync().AsTask().WaitAsync(Deadline.Generous);
        Assert.Equal(again, watcher.Id.Value);
    }

    [SkippableFact]
    public async Task Engine_killed_and_started_again_the_states_are_right_afterwards()
    {
        fixture.SkipUnlessPrivate();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var (runs, sleeps) = (NewName(), NewName());
        var id = await fixture.Control.RunAsync(new ContainerSpec { Name = runs });
        await fixture.Control.CreateAsync(new ContainerSpec { Name = sleeps });
        var watcher = house.Manager.GetOrAdd(runs, new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5) });
        var other = house.Manager.GetOrAdd(sleeps, new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5) });
        await house.ReachesAsync(watcher, IdleState.Ready);

        await fixture.Host.KillAsync();
        await fixture.Host.StartAsync();

        // An engine that was killed stops every container when it comes back.
        await house.ReachesAsync(id, "exited");
        await house.ReachesAsync(watcher, IdleState.Napping);
        await house.ReachesAsync(other, IdleState.Napping);
        using var lease = await watcher.AcquireAsync().AsTask().WaitAsync(Deadline.Generous);
        await house.ReachesAsync(id, "running");
    }

    [SkippableFact]
    public async Task Diamond_of_dependencies_starts_from_below_and_sleeps_from_above()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var names = new Dictionary<char, string>();
        var ids = new Dictionary<string, char>(StringComparer.Ordinal);
        foreach (var letter in "abcd")
        {
            names[letter] = $"idle-{letter}-{Guid.NewGuid():N}";
            ids[await fixture.Control.CreateAsync(new ContainerSpec { Name = names[letter] })] = letter;
        }

        var onlyNeeded = Timeout.InfiniteTimeSpan;
        house.Manager.GetOrAdd(names['d'], new IdleContainerOptions { IdleTimeout = onlyNeeded });
        house.Manager.GetOrAdd(names['c'], new IdleContainerOptions { IdleTimeout = onlyNeeded, DependsOn = { names['d'] } });
        house.Manager.GetOrAdd(names['b'], new IdleContainerOptions { IdleTimeout = onlyNeeded, DependsOn = { names['d'] } });
        var top = house.Manager.GetOrAdd(names['a'], new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), DependsOn = { names['b'] + ":healthy", names['c'] } });

        (await top.AcquireAsync().AsTask().WaitAsync(Deadline.Generous)).Dispose();
        Assert.True(house.Manager.TryGet(names['d'], out var bottom));
        await house.ReachesAsync(bottom, IdleState.Napping);

        var starts = Letters("start");
        var stops = Letters("stop");
        Assert.True(starts is "dbca" or "dcba", starts);
        Assert.True(stops is "abcd" or "acbd", stops);

        string Letters(string action) => string.Concat(house.Provider.Calls.Where(call => call.Action == action).Select(call => ids[call.Id.Value]));
    }

    [SkippableFact]
    public async Task Start_that_fails_and_dependency_that_fails_are_told_with_name_and_reason()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var (bad, good) = (NewName(), NewName());
        await fixture.Control.CreateAsync(new ContainerSpec { Name = bad, Command = ["/no/such/binary"] });
        await fixture.Control.CreateAsync(new ContainerSpec { Name = good });
        var failing = house.Manager.GetOrAdd(bad, new IdleContainerOptions());
        var needing = house.Manager.GetOrAdd(good, new IdleContainerOptions { DependsOn = { bad } });

        var refusal = await RefusalOf(failing);
        Assert.Equal((IdleRefusalReason.StartFailed, bad), (refusal.Reason, refusal.Container));
        Assert.Contains("no such file", refusal.Message, StringComparison.OrdinalIgnoreCase);
        refusal = await RefusalOf(needing);
        Assert.Equal((IdleRefusalReason.DependencyFailed, bad), (refusal.Reason, refusal.Dependency));
        Assert.Equal(IdleRefusalReason.StartFailed, (await RefusalOf(failing)).Reason);
        Assert.True(house.Provider.Count("start") >= 3);
    }

    [SkippableFact]
    public async Task Never_healthy_is_told_at_the_deadline_and_the_next_one_tries_again()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var name = NewName();
        await fixture.Control.CreateAsync(new ContainerSpec { Name = name, Network = "host" });
        var watcher = house.Manager.GetOrAdd(name, new IdleContainerOptions { Port = FreePort.OfTcp(), WakeTimeout = TimeSpan.FromSeconds(2) });

        Assert.Equal((IdleRefusalReason.NotReadyInTime, IdleState.Error), ((await RefusalOf(watcher)).Reason, watcher.State));
        Assert.Equal(IdleRefusalReason.NotReadyInTime, (await RefusalOf(watcher)).Reason);
    }

    [SkippableFact]
    public async Task Killed_during_its_start_is_started_once_more()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var name = NewName();
        var id = await fixture.Control.CreateAsync(new ContainerSpec { Name = name });
        var serves = false;
        var watcher = house.Manager.GetOrAdd(
            name,
            new IdleContainerOptions { HealthProbe = new DelegateHealthProbe((_, _) => new ValueTask<string?>(Volatile.Read(ref serves) ? null : "not yet")) });
        var waiting = watcher.AcquireAsync().AsTask();
        await house.ReachesAsync(watcher, IdleState.Starting);

        await fixture.Control.KillAsync(id);

        await Deadline.UntilAsync(() => house.Provider.Count("start") == 2, () => "a second start");
        Volatile.Write(ref serves, true);
        using var lease = await waiting.WaitAsync(Deadline.Generous);
        await house.ReachesAsync(id, "running");
    }

    [SkippableFact]
    public async Task Program_that_ends_at_once_is_told_after_the_second_start()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var name = NewName();
        await fixture.Control.CreateAsync(new ContainerSpec { Name = name, Network = "host", Command = ["sh", "-c", "sleep 0.2; exit 7"] });
        var watcher = house.Manager.GetOrAdd(name, new IdleContainerOptions { Port = FreePort.OfTcp() });

        var refusal = await RefusalOf(watcher);

        Assert.Equal(IdleRefusalReason.EndedEarly, refusal.Reason);
        Assert.Contains("exit code 7", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, house.Provider.Count("start"));
    }

    [SkippableFact]
    public async Task Process_started_anew_finds_its_containers_and_starts_and_stops_nothing()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var (runs, sleeps) = (NewName(), NewName());
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["eventwatcher.idle.idle-timeout"] = "5m" };
        await fixture.Control.RunAsync(new ContainerSpec { Name = runs, Labels = labels });
        await fixture.Control.CreateAsync(new ContainerSpec { Name = sleeps, Labels = labels });
        await Deadline.UntilAsync(() => house.Manager.TryGet(runs, out var found) && found.State == IdleState.Ready, () => "the running one");

        await house.RestartAsync();

        await Deadline.UntilAsync(
            () => house.Manager.TryGet(runs, out var found) && found.State == IdleState.Ready
                && house.Manager.TryGet(sleeps, out var other) && other.State == IdleState.Napping,
            () => "both");
        Assert.Empty(house.Provider.Calls);
    }

    [SkippableFact]
    public async Task Bad_labels_leave_that_container_alone_and_the_others_work()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var (bad, good) = (NewName(), NewName());
        await fixture.Control.RunAsync(new ContainerSpec
        {
            Name = bad,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["eventwatcher.idle.idle-timeout"] = "5", ["eventwatcher.idle.stop-method"] = "sleep" },
        });
        var id = await fixture.Control.RunAsync(new ContainerSpec
        {
            Name = good,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["eventwatcher.idle.idle-timeout"] = "500ms" },
        });

        await house.ReachesAsync(id, "exited");

        Assert.False(house.Manager.TryGet(bad, out _));
        Assert.Equal(2, house.Manager.Faults.Count(fault => fault.Container == bad && fault.Allowed.Length > 0 && fault.Value.Length > 0));
    }
}
