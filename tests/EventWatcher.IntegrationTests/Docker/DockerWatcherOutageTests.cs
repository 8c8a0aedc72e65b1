using EventWatcher.Docker;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary>The engine goes away and comes back.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class DockerWatcherOutageTests(DockerEngineFixture fixture, ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData(DockerResume.Proved, 1)]
    [InlineData(DockerResume.Never, 2)]
    public async Task Watch_engine_killed_twice_force_reload_an_outage_and_a_listing_consumer_knows_the_true_state(DockerResume resume, int reloadsAnOutage)
    {
        fixture.SkipUnlessPrivate();
        var seed = WatchedScript.Seed(output);
        using var listing = new EngineControl(fixture.Host.Socket, fixture.Control.Run);
        var states = new ContainerStates(listing);
        await using var watched = await WatchedEvents.StartAsync(
            new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint, Resume = resume, RetryDelay = TimeSpan.FromMilliseconds(300) },
            states.FollowAsync);
        try
        {
            var bystander = await fixture.Control.RunAsync();
            for (var outage = 1; outage <= 2; outage++)
            {
                await new ScriptedOperations(fixture.Control, seed + outage, operations: 40, containers: 5).RunAsync();
                await fixture.Control.StartAsync(bystander);
                await fixture.Host.KillAsync();
                await fixture.Host.StartAsync();
                var reloads = outage * reloadsAnOutage;
                await Deadline.UntilAsync(() => watched.ForceReloads >= reloads, () => $"{reloads} force-reloads, there are {watched.ForceReloads}");
                await Deadline.UntilAsync(() => watched.State == WatchState.Ready, () => $"Ready; the state is {watched.State}");
            }

            await new ScriptedOperations(fixture.Control, seed + 3, operations: 20, containers: 3).RunAsync();
            var truth = await fixture.Control.ListAsync();
            await Deadline.UntilAsync(() => states.Difference(truth).Length == 0, () => $"the true state: {states.Difference(truth)}");

            Assert.Equal(2 * reloadsAnOutage, watched.ForceReloads);
            Assert.Equal("exited", truth.Single(container => container.Id == bystander).State);
            foreach (var error in watched.Errors)
            {
                output.WriteLine(error.Message);
            }

            Assert.Equal(2, watched.Errors.Count);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Watch_no_engine_at_start_events_flow_within_one_retry_of_its_appearance()
    {
        fixture.SkipUnlessPrivate();
        await fixture.Host.StopAsync();
        using var tries = new CounterListener("EventWatcher.Docker", "eventwatcher.docker.connect.fail");
        WatchedEvents? watched = null;
        try
        {
            watched = await WatchedEvents.StartAsync(
                new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint, RetryDelay = TimeSpan.FromMilliseconds(500), MaxRetryDelay = TimeSpan.FromSeconds(1) },
                awaitReady: false);
            await Deadline.UntilAsync(() => watched.Errors.Count > 0, () => "an error");
            await Deadline.UntilAsync(() => tries.Count >= 4, () => $"four tries to connect; there were {tries.Count}");
            Assert.Single(watched.Errors);
            Assert.Equal(WatchState.Interrupted, watched.State);
            Assert.Contains(fixture.Host.Socket, watched.Errors[0].Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Host.StartAsync();
        }

        await using (watched)
        {
            await Deadline.UntilAsync(() => watched.State == WatchState.Ready, () => $"Ready; the state is {watched.State}");
            var id = await fixture.Control.RunAsync();
            await fixture.Control.RemoveAsync(id);
            await watched.WaitForCountAsync(5);
            Assert.Equal(1, watched.ForceReloads);
            Assert.Equal(["create", "start", "kill", "die", "destroy"], watched.Events.Where(item => item.ActorId == id).Select(item => item.Action.ToName()));
        }
    }

    [SkippableFact]
    public async Task Watch_engine_hangs_and_goes_on_nothing_is_lost()
    {
        fixture.SkipUnlessPrivate();
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint });
        fixture.Host.Suspend();
        Assert.False(await fixture.Control.AnswersAsync(TimeSpan.FromSeconds(2)));
        fixture.Host.Resume();
        var id = await fixture.Control.RunAsync();
        await fixture.Control.RemoveAsync(id);

        await watched.WaitForCountAsync(5);
        Assert.Equal(0, watched.ForceReloads);
    }

    [SkippableFact]
    public async Task Snapshot_tells_what_an_engine_killed_and_restarted_has_made_of_the_containers()
    {
        fixture.SkipUnlessPrivate();
        try
        {
            var running = await fixture.Control.RunAsync(new ContainerSpec { Name = "ew-was-running" });
            await using var watched = await WatchedEvents.StartAsync(
                new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint, Snapshot = true, RetryDelay = TimeSpan.FromMilliseconds(300) });
            await Deadline.UntilAsync(() => watched.Lines.Contains($"start {running}"), () => "the start that was before");

            await fixture.Host.KillAsync();
            await fixture.Host.StartAsync();
            await Deadline.UntilAsync(() => watched.Lines.Contains($"die {running}"), () => $"the end that nobody saw. There were:\n{string.Join('\n', watched.Events)}");

            var end = watched.Events.Single(item => item.Action == EventAction.ContainerDie);
            var told = watched.Events.Where(item => item.ActorId == running || item.Action.IsForceReload).Select(item => item.Action.ToName()).Where(word => word is not ("stop" or "kill")).ToList();
            if (end.ActorAttributes.TryGetValue(DockerWatcher.SynthesizedAttribute, out var isSynthesized))
            {
                Assert.Equal("true", isSynthesized);
                Assert.Equal(["create", "start", "force-reload", "die"], told);
            }
            else
            {
                // The engine, coming back, stopped what was left running late enough to be heard: its own word is the only one then.
                output.WriteLine($"The engine told of it: {end}");
                Assert.True(end.ActorAttributes.ContainsKey("exitCode"), $"{end}");
                Assert.Equal(["create", "die", "force-reload", "start"], told.Order(StringComparer.Ordinal));
            }

            Assert.Equal(1, watched.ForceReloads);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }
}
