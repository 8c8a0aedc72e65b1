using EventWatcher.Docker;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary>The watcher's sequence beside the engine's own, on a real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public class DockerWatcherTests(DockerEngineFixture fixture, ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Watch_operations_one_after_another_equal_docker_events()
    {
        fixture.SkipUnlessAvailable();
        var seed = WatchedScript.Seed(output);
        await using var recorder = await EventRecorder.StartAsync(fixture.Host);
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint });
        try
        {
            await new ScriptedOperations(fixture.Control, seed, fixture.Traits.Operations(WatchedScript.IsLong ? 1_000 : 150), WatchedScript.IsLong ? 100 : 10).RunAsync();
            await CompareAsync(recorder, watched, WatchedScript.AssertSameSequence);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Watch_operations_of_twenty_clients_at_once_equal_docker_events_for_each_container()
    {
        fixture.SkipUnlessAvailable();
        var seed = WatchedScript.Seed(output);
        await using var recorder = await EventRecorder.StartAsync(fixture.Host);
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint });
        try
        {
            await new ScriptedOperations(fixture.Control, seed, fixture.Traits.Operations(WatchedScript.IsLong ? 1_000 : 200), WatchedScript.IsLong ? 100 : 20, clients: 20).RunAsync();
            await CompareAsync(recorder, watched, WatchedScript.AssertSameForEachContainer);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Watch_connection_cut_ten_times_during_operations_equals_docker_events_without_force_reload()
    {
        fixture.SkipUnlessAvailable();
        var seed = WatchedScript.Seed(output);
        await using var recorder = await EventRecorder.StartAsync(fixture.Host);
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = proxy.Endpoint, RetryDelay = TimeSpan.FromMilliseconds(300), MaxRetryDelay = TimeSpan.FromSeconds(1) });
        try
        {
            var script = new ScriptedOperations(fixture.Control, seed, fixture.Traits.Operations(200), containers: 10).RunAsync();
            var cuts = await WatchedScript.CutAsync(proxy, times: 10, TimeSpan.FromMilliseconds(700), new Random(seed), script);
            await script;

            output.WriteLine($"{cuts} cuts");
            await CompareAsync(recorder, watched, WatchedScript.AssertSameSequence);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Watch_connection_cut_at_random_while_twenty_clients_work_equals_docker_events_for_each_container()
    {
        fixture.SkipUnlessAvailable();
        var seed = WatchedScript.Seed(output);
        await using var recorder = await EventRecorder.StartAsync(fixture.Host);
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = proxy.Endpoint, RetryDelay = TimeSpan.FromMilliseconds(300), MaxRetryDelay = TimeSpan.FromSeconds(1) });
        try
        {
            var script = new ScriptedOperations(fixture.Control, seed, fixture.Traits.Operations(WatchedScript.IsLong ? 1_000 : 200), containers: 20, clients: 20).RunAsync();
            var cuts = await WatchedScript.CutAsync(proxy, WatchedScript.IsLong ? 100 : 20, TimeSpan.FromMilliseconds(400), new Random(seed), script);
            await script;

            output.WriteLine($"{cuts} cuts");
            await CompareAsync(recorder, watched, WatchedScript.AssertSameForEachContainer);
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    [SkippableFact]
    public async Task Watch_two_consumers_with_filters_each_see_what_is_theirs()
    {
        fixture.SkipUnlessAvailable();
        var watcher = new DockerWatcher(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint });
        await using var starts = watcher.Watch(DockerFilters.Start + DockerFilters.Label(fixture.Control.RunLabel.Split('=')[0], fixture.Control.Run));
        await using var all = watcher.Watch();
        await Task.WhenAll(starts.Ready, all.Ready).WaitAsync(Deadline.Generous);

        var id = await fixture.Control.RunAsync();
        await fixture.Control.KillAsync(id, "SIGCONT");
        await fixture.Control.RemoveAsync(id);

        Assert.Equal(["start"], await ReadAsync(starts, "start"));
        Assert.Equal(["create", "start", "kill", .. fixture.Traits.RemovalOfRunning], fixture.Traits.Certain(await ReadAsync(all, "destroy")));

        static async Task<List<string>> ReadAsync(WatchStream stream, string last)
        {
            using var deadline = new CancellationTokenSource(Deadline.Generous);
            var names = new List<string>();
            await foreach (var item in stream.ReadAllAsync(cancellationToken: deadline.Token))
            {
                names.Add(item.Action.ToName());
                if (string.Equals(names[^1], last, StringComparison.Ordinal))
                {
                    break;
                }
            }

            return names;
        }
    }

    private async Task CompareAsync(EventRecorder recorder, WatchedEvents watched, Action<IReadOnlyList<string>, IReadOnlyList<string>> assert)
    {
        await recorder.WaitUntilQuietAsync();
        var expected = WatchedScript.Lines(recorder);
        output.WriteLine($"{expected.Count} events, {watched.Errors.Count} errors");
        await watched.WaitForCountAsync(expected.Count);
        Assert.Equal(0, watched.ForceReloads);
        assert(expected, watched.Lines);
    }
}
