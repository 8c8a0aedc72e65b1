using EventWatcher.Docker;

namespace EventWatcher.IntegrationTests;

/// <summary>What only a real engine says, and ways to it other than its socket.</summary>
[Collection(DockerEngineCollection.Name)]
public class DockerWatcherEngineTests(DockerEngineFixture fixture)
{
    [SkippableFact]
    public async Task Watch_rename_and_labels_that_overwrite_attributes_are_as_the_engine_says()
    {
        fixture.SkipUnlessAvailable();
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint });
        var labels = new Dictionary<string, string> { ["exitCode"] = "77", ["name"] = "feigned", ["ünï \"cödé\"\\"] = "a\nb" };
        var id = await fixture.Control.CreateAsync(new ContainerSpec { Name = "ew-Aa_0.-", Labels = labels });
        await fixture.Control.RenameAsync(id, "ew-renamed");
        await fixture.Control.StartAsync(id);
        await fixture.Control.RemoveAsync(id);
        await Deadline.UntilAsync(() => watched.Lines.Contains($"destroy {id}"), () => "the end");

        Assert.Equal(["create", "rename", "start", .. fixture.Traits.RemovalOfRunning], fixture.Traits.Certain(watched.Events.Select(item => item.Action.ToName())));
        Assert.All(watched.Events, item => Assert.Equal("a\nb", item.ActorAttributes["ünï \"cödé\"\\"]));
        Assert.Equal("ew-renamed", watched.Events[1].ActorName);
        if (fixture.Traits.IsPodman)
        {
            // Its own attributes come last, and it does not say what the name was.
            Assert.Equal("137", watched.Events.Single(item => item.Action == EventAction.ContainerDie).ActorAttributes["exitCode"]);
        }
        else
        {
            Assert.Equal("/ew-Aa_0.-", watched.Events[1].ActorAttributes["oldName"]);
            Assert.Equal("77", watched.Events.Single(item => item.Action == EventAction.ContainerDie).ActorAttributes["exitCode"]);
        }

        Assert.Equal(id, Assert.Single(watched.Events.Select(item => item.ActorId).Distinct()));
    }

    [SkippableFact]
    public async Task Watch_tcp_connection_that_is_reset_ten_times_loses_nothing()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket, tcp: true);
        await using var watched = await WatchedEvents.StartAsync(new DockerWatcherOptions { Endpoint = proxy.Endpoint });
        for (var round = 0; round < 10; round++)
        {
            var id = await fixture.Control.CreateAsync();
            await proxy.CutAllAsync(ProxyCut.Abort);
            await fixture.Control.RemoveAsync(id);
        }

        await watched.WaitForCountAsync(20);
        Assert.Equal(0, watched.ForceReloads);
        Assert.Equal(20, watched.Lines.Distinct().Count());
    }

    [SkippableFact]
    public async Task Queue_of_two_sources_keeps_them_apart()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket, tcp: true);
        var events = new List<Event>();
        await using var queue = new EventQueue(
            new EventQueueOptions { FlushInterval = TimeSpan.FromMilliseconds(20) },
            batch =>
            {
                lock (events)
                {
                    events.AddRange(batch);
                }
            });
        WatchStream[] streams =
        [
            new DockerWatcher(new DockerWatcherOptions { Endpoint = fixture.Host.Endpoint, Name = "near" }).Watch(),
            new DockerWatcher(new DockerWatcherOptions { Endpoint = proxy.Endpoint, Name = "far" }).Watch(),
        ];
        Array.ForEach(streams, queue.Attach);
        queue.Start();
        await Task.WhenAll(streams.Select(stream => stream.Ready)).WaitAsync(Deadline.Generous);

        await fixture.Control.RemoveAsync(await fixture.Control.RunAsync());

        string[] expected = ["create", "start", .. fixture.Traits.RemovalOfRunning];
        await Deadline.UntilAsync(() => Of("near").Count >= expected.Length && Of("far").Count >= expected.Length, () => "both");
        Assert.Equal(expected, Of("near"));
        Assert.Equal(expected, Of("far"));

        IReadOnlyList<string> Of(string source)
        {
            lock (events)
            {
                return fixture.Traits.Certain(events.Where(item => item.Source == source).Select(item => item.Action.ToName()));
            }
        }
    }
}
