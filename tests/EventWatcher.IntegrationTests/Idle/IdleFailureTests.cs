using System.Text;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>Stops that fail, an engine that hangs, a server that is late, and events that are.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleFailureTests(DockerEngineFixture fixture)
{
    [SkippableTheory]
    [InlineData(StopMethod.Stop)]
    [InlineData(StopMethod.Kill)]
    public async Task Stop_that_fails_leaves_it_awake_and_who_waits_is_served(StopMethod method)
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);

        // The engine knows no such signal, and says so.
        var server = await house.AddWebServerAsync(options =>
        {
            options.IdleTimeout = TimeSpan.FromMinutes(5);
            options.StopMethod = method;
            options.StopSignal = "NOSUCH";
        });
        Assert.Contains("hello", await server.GetAsync(), StringComparison.Ordinal);
        await Deadline.UntilAsync(() => server.Watcher.Snapshot().Leases == 0, () => "no lease");

        var sleeping = server.Watcher.SleepAsync();
        var waiting = server.Watcher.AcquireAsync().AsTask();

        using (await waiting.WaitAsync(Deadline.Generous))
        {
            Assert.False(await sleeping.WaitAsync(Deadline.Generous));
            await house.ReachesAsync(server.Id, "running");
            Assert.Contains("hello", await server.GetAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(1, house.Provider.Count("start"));
        var mended = new IdleOptions();
        mended.Containers[server.Name] = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5), Port = server.Port };
        house.Manager.Reload(mended);
        await Deadline.UntilAsync(() => server.Watcher.Snapshot().Leases == 0, () => "no lease");
        Assert.True(await server.Watcher.SleepAsync().WaitAsync(Deadline.Generous));
        await house.ReachesAsync(server.Id, "exited");
    }

    [SkippableFact]
    public async Task Engine_that_hangs_who_waits_is_told_at_the_deadline_and_the_next_one_is_served_when_it_goes_on()
    {
        fixture.SkipUnlessPrivate();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var app = await house.AddAsync(new IdleContainerOptions { WakeTimeout = TimeSpan.FromSeconds(2) });
        await house.ReachesAsync(app, IdleState.Napping);
        fixture.Host.Suspend();
        try
        {
            var refused = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.AdmitAsync().AsTask())).WaitAsync(Deadline.Generous);

            Assert.All(refused, static admission => Assert.Equal(IdleRefusalReason.NotReadyInTime, admission.Refusal?.Reason));
        }
        finally
        {
            fixture.Host.Resume();
        }

        // What the engine was asked before it hung it may still do; whatever it is, nothing stays wrong.
        IdleAdmission admitted = default;
        await Deadline.UntilAsync(
            async () => (admitted = await app.AdmitAsync().AsTask().WaitAsync(Deadline.Generous)).IsAdmitted,
            () => $"it to be awake: {admitted.Refusal?.Message}");
        admitted.Lease.Dispose();
        await house.ReachesAsync(app.Id.Value, "running");
    }

    /// <summary>As Docker's proxy does for a published port: accepts while nobody is behind it, and closes.</summary>
    [SkippableTheory]
    [InlineData(ProbeKind.None)]
    [InlineData(ProbeKind.Tcp)]
    public async Task Backend_that_accepts_before_it_can_serve_nobody_sees_a_closed_connection(ProbeKind probe)
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var port = FreePort.OfTcp();
        var spec = IdleHouse.WebServer("late", port);
        var script = $"n=0; while [ $n -lt 8 ]; do nc -l -s 127.0.0.1 -p {port} -e true; n=$((n+1)); done; {spec.Command[2]}";
        var app = await house.AddAsync(
            new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5), Port = port, Probe = probe, ReleaseConcurrency = 8 },
            "late",
            spec with { Command = ["sh", "-c", script] });
        var listener = house.Listen(app.Name);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IdleHouse.GetAsync(listener.LocalEndPoint!)));

        Assert.All(answers, static answer => Assert.Contains("hello", answer, StringComparison.Ordinal));
        Assert.Equal(1, house.Provider.Count("start"));
    }

    /// <summary>Quick sleeps and wakes: the events of a stop, read after the start that followed, began a new life under those who held a lease.</summary>
    [SkippableTheory]
    [InlineData(StopMethod.Pause, 30)]
    [InlineData(StopMethod.Kill, 8)]
    public async Task Quick_sleeps_and_wakes_begin_no_new_life_under_a_lease(StopMethod method, int naps)
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var app = await house.AddAsync(new IdleContainerOptions { StopMethod = method });
        await app.WakeAsync().WaitAsync(Deadline.Generous);
        var marker = await house.AddAsync(new IdleContainerOptions(), "marker");
        await house.ReachesAsync(marker, IdleState.Napping);
        var story = new StringBuilder();

        for (var nap = 0; nap < naps; nap++)
        {
            Assert.True(await app.SleepAsync().WaitAsync(Deadline.Generous));
            using var lease = await app.AcquireAsync().AsTask().WaitAsync(Deadline.Generous);
            var generation = app.Generation;

            // Who has seen a later event has seen those of the nap.
            var isUp = nap % 2 == 0;
            await (isUp ? fixture.Control.StartAsync(marker.Name) : fixture.Control.StopAsync(marker.Name));
            await house.ReachesAsync(marker, isUp ? IdleState.Ready : IdleState.Napping);

            if ((app.Generation, app.State, lease.IsVoid) != (generation, IdleState.Ready, false))
            {
                story.AppendLine($"nap {nap}: life {app.Generation} instead of {generation}, {app.State}, {(lease.IsVoid ? "void" : "held")}");
            }
        }

        Assert.Equal("", story.ToString());
    }

    /// <summary>The process is killed in the middle of a wake; the one after it finds all as it is.</summary>
    [SkippableFact]
    public async Task Host_process_killed_and_started_again_finds_its_containers_and_starts_and_stops_nothing_without_need()
    {
        fixture.SkipUnlessAvailable();
        var (port, listen) = (FreePort.OfTcp(), FreePort.OfTcp());
        var spec = IdleHouse.WebServer($"gateway-{Guid.NewGuid():N}", port);
        Dictionary<string, string> Labels(string idle) => new(StringComparer.Ordinal)
        {
            ["eventwatcher.idle.idle-timeout"] = idle,
            ["eventwatcher.idle.host"] = "app.localhost",
            ["eventwatcher.idle.url"] = $"http://127.0.0.1:{port}",
        };
        var wakes = await fixture.Control.CreateAsync(spec with { Labels = Labels("5m") });
        var runs = await fixture.Control.RunAsync(new ContainerSpec { Name = $"runs-{Guid.NewGuid():N}", Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["eventwatcher.idle.idle-timeout"] = "5m" } });
        var sleeps = await fixture.Control.CreateAsync(new ContainerSpec { Name = $"sleeps-{Guid.NewGuid():N}", Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["eventwatcher.idle.idle-timeout"] = "5m" } });
        try
        {
            await using (var first = SampleProcess.IdleGateway("--docker", fixture.Host.Endpoint, "--urls", $"http://127.0.0.1:{listen}"))
            {
                await first.WaitForLineAsync(static line => line.Contains("was found running", StringComparison.Ordinal));
                using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
#pragma warning disable CA2025 // Awaited below.
                var cut = AskAsync(client, listen);
#pragma warning restore CA2025
                await first.WaitForLineAsync(static line => line.Contains("is being woken", StringComparison.Ordinal));
                first.Signal(9);
                await first.EndAsync();
                await Assert.ThrowsAnyAsync<HttpRequestException>(() => cut);
            }

            var before = await fixture.Control.FindAsync(wakes);
            await using var second = SampleProcess.IdleGateway("--docker", fixture.Host.Endpoint, "--urls", $"http://127.0.0.1:{listen}");
            await second.WaitForLineAsync(static line => line.Contains("was found running", StringComparison.Ordinal));
            using var again = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            Assert.Contains("hello", await AskAsync(again, listen), StringComparison.Ordinal);
            Assert.NotNull(before);
            Assert.Equal(("running", "running", "created"), (await StateAsync(wakes), await StateAsync(runs), await StateAsync(sleeps)));
            Assert.DoesNotContain(second.Lines, static line => line.Contains("put to sleep", StringComparison.Ordinal));
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }
    }

    private async Task<string?> StateAsync(string id) => (await fixture.Control.FindAsync(id))?.State;

    private static async Task<string> AskAsync(HttpClient client, int port)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/index.html");
        request.Headers.Host = "app.localhost";
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
