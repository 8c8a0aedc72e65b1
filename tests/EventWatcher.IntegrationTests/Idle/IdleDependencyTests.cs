using EventWatcher.Idle;

namespace EventWatcher.IntegrationTests;

/// <summary>Containers that need each other, on the real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleDependencyTests(DockerEngineFixture fixture)
{
    [SkippableFact]
    public async Task Shared_dependency_sleeps_only_after_its_last_user()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var onlyNeeded = Timeout.InfiniteTimeSpan;
        var d = await house.AddAsync(new IdleContainerOptions { IdleTimeout = onlyNeeded }, "d");
        var b = await house.AddAsync(new IdleContainerOptions { IdleTimeout = onlyNeeded, DependsOn = { d.Name } }, "b");
        var c = await house.AddAsync(new IdleContainerOptions { IdleTimeout = onlyNeeded, DependsOn = { d.Name } }, "c");
        var a = await house.AddAsync(new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), DependsOn = { b.Name + ":healthy", c.Name } }, "a");
        var other = await house.AddAsync(new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), DependsOn = { d.Name } }, "other");

        (await a.AcquireAsync().AsTask().WaitAsync(Deadline.Generous)).Dispose();
        using (await other.AcquireAsync().AsTask().WaitAsync(Deadline.Generous))
        {
            foreach (var asleep in new[] { a, b, c })
            {
                await house.ReachesAsync(asleep, IdleState.Napping);
            }

            Assert.Equal((IdleState.Ready, 1), (d.State, d.Snapshot().Dependents));
            await house.ReachesAsync(d.Id.Value, "running");
        }

        await house.ReachesAsync(other, IdleState.Napping);
        await house.ReachesAsync(d, IdleState.Napping);
        await house.ReachesAsync(d.Id.Value, "exited");
        Assert.Equal(1, house.Provider.Count("start", d.Id.Value));
        Assert.Equal(d.Id, house.Provider.Calls[^1].Id);
    }

    [SkippableFact]
    public async Task Circle_in_labels_is_refused_with_its_path_and_its_containers_are_left_alone()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var (a, b, good) = ($"a-{Guid.NewGuid():N}", $"b-{Guid.NewGuid():N}", $"good-{Guid.NewGuid():N}");
        await RunAsync(a, ("depends-on", b), ("idle-timeout", "1s"));
        await RunAsync(b, ("depends-on", a + ":healthy"));
        await RunAsync(good, ("idle-timeout", "5m"));

        await Deadline.UntilAsync(() => house.Manager.TryGet(good, out var watcher) && watcher.State == IdleState.Ready, () => "the good one");

        Assert.Contains(house.Manager.Faults, fault => fault.Container == a && fault.ToString().Contains($"{a} → {b} → {a}", StringComparison.Ordinal));
        Assert.False(house.Manager.TryGet(a, out _) || house.Manager.TryGet(b, out _));
        Assert.Empty(house.Provider.Calls);

        Task RunAsync(string name, params (string Key, string Value)[] labels) => fixture.Control.RunAsync(new ContainerSpec
        {
            Name = name,
            Labels = labels.ToDictionary(static label => "eventwatcher.idle." + label.Key, static label => label.Value, StringComparer.Ordinal),
        });
    }

    /// <summary>That it has ended is seen before the event that says how.</summary>
    [SkippableTheory]
    [InlineData(0, true)]
    [InlineData(3, false)]
    public async Task Dependency_that_runs_to_its_end_is_judged_by_its_exit_code(int exitCode, bool succeeds)
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var migrate = await house.AddAsync(new IdleContainerOptions(), "migrate", new ContainerSpec { Command = ["sh", "-c", $"sleep 0.3; exit {exitCode}"] });
        var app = await house.AddAsync(new IdleContainerOptions { DependsOn = { migrate.Name + ":completed" } }, "app");

        var admission = await app.AdmitAsync().AsTask().WaitAsync(Deadline.Generous);

        Assert.Equal(succeeds, admission.IsAdmitted);
        Assert.Equal(succeeds ? null : migrate.Name, admission.Refusal?.Dependency);
        Assert.Equal(succeeds ? 1 : 0, house.Provider.Count("start", app.Id.Value));
    }
}
