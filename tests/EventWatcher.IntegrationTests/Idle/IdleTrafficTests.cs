using System.Net.Sockets;
using System.Text;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests;

/// <summary>Web servers that sleep and wake on the real engine, behind a listener.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleTrafficTests(DockerEngineFixture fixture, ITestOutputHelper output)
{
    private const string Hello = "hello";

    [SkippableTheory]
    [InlineData(StopMethod.Stop, "exited")]
    [InlineData(StopMethod.Pause, "paused")]
    [InlineData(StopMethod.Kill, "exited")]
    public async Task Idle_container_sleeps_and_wakes_on_the_next_connection(StopMethod method, string asleep)
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var server = await house.AddWebServerAsync(options => options.StopMethod = method);

        for (var round = 0; round < 2; round++)
        {
            Assert.Contains(Hello, await server.GetAsync(), StringComparison.Ordinal);
            Assert.Contains(Hello, await server.GetAsync(), StringComparison.Ordinal);
            await house.ReachesAsync(server.Watcher, IdleState.Napping);
            await house.ReachesAsync(server.Id, asleep);
        }
    }

    [SkippableFact]
    public async Task Five_hundred_connections_at_once_while_asleep_are_one_start_and_all_served()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);

        // The server's own queue has room for nine connections; more at once would be sent by the kernel again after seconds.
        var server = await house.AddWebServerAsync(static options => options.ReleaseConcurrency = 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => server.GetAsync()));

        Assert.All(answers, static answer => Assert.Contains(Hello, answer, StringComparison.Ordinal));
        Assert.Equal(1, house.Provider.Count("start"));
    }

    [SkippableTheory]
    [InlineData("/cgi-bin/sleep?4", "slept")]
    [InlineData("/cgi-bin/tick?16", "ticked")]
    public async Task Connection_that_stays_open_for_more_than_three_idle_times_is_not_cut(string path, string end)
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var server = await house.AddWebServerAsync();

        var answer = await server.GetAsync(path);

        Assert.EndsWith(end, answer.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(0, house.Provider.Count("stop"));
        await house.ReachesAsync(server.Watcher, IdleState.Napping);
    }

    [SkippableFact]
    public async Task MaxSilence_lets_a_silent_connection_be_cut_and_not_one_that_speaks()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var silent = await house.AddWebServerAsync(listen: static options => options.MaxSilence = TimeSpan.FromSeconds(1));
        var speaks = await house.AddWebServerAsync(listen: static options => options.MaxSilence = TimeSpan.FromSeconds(1));

        var silentAnswer = silent.GetAsync("/cgi-bin/sleep?30");
        var speaksAnswer = speaks.GetAsync("/cgi-bin/tick?16");

        await house.ReachesAsync(silent.Watcher, IdleState.Napping);
        Assert.DoesNotContain("slept", await AnswerOrNothing(silentAnswer), StringComparison.Ordinal);
        Assert.EndsWith("ticked", (await speaksAnswer).TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>The container ignores SIGTERM, so that each stop lasts its whole two seconds.</summary>
    [SkippableFact]
    public async Task Connections_at_every_moment_of_our_own_stop_are_served_after_the_start_that_follows()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var server = await house.AddWebServerAsync(
            static options =>
            {
                options.IdleTimeout = TimeSpan.FromMinutes(5);
                options.ReleaseConcurrency = 8;

                // A stop of two seconds has more moments than the thousand connections that may wait by default, on a fast machine.
                options.MaxWaiting = 10_000;
            },
            stopSignal: null);
        Assert.Contains(Hello, await server.GetAsync(), StringComparison.Ordinal);

        for (var round = 0; round < 2; round++)
        {
            await Deadline.UntilAsync(() => server.Watcher.Snapshot().Leases == 0, () => "no lease");
            var slept = server.Watcher.SleepAsync();
            var answers = new List<Task<string>>();
            do
            {
                // A moment is twenty answers of the engine: its time passes faster or slower with the stop itself.
                answers.Add(server.GetAsync());
                for (var answer = 0; answer < 20; answer++)
                {
                    await fixture.Control.FindAsync(server.Id);
                }
            }
            while (!slept.IsCompleted);

            try
            {
                Assert.All(await Task.WhenAll(answers), static answer => Assert.Contains(Hello, answer, StringComparison.Ordinal));
            }
            catch
            {
                output.WriteLine(house.Log.ToString());
                throw;
            }

            Assert.True(await slept || house.Provider.Count("stop") == round, "It slept, or a connection was faster.");
        }

        Assert.True(house.Provider.Count("stop") > 0);
        Assert.Equal(house.Provider.Count("stop") + 1, house.Provider.Count("start"));
    }

    /// <summary>Somebody else's stop: the kill holds new connections, the die decides. What runs is cut with the container.</summary>
    [SkippableFact]
    public async Task Connections_during_somebody_elses_stop_are_measured_and_served_again_after()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var server = await house.AddWebServerAsync(static options => options.IdleTimeout = TimeSpan.FromMinutes(5));
        Assert.Contains(Hello, await server.GetAsync(), StringComparison.Ordinal);
        using var end = new CancellationTokenSource();
        var (served, cut) = (0, 0);
        var traffic = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                if ((await AnswerOrNothing(server.GetAsync())).Contains(Hello, StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref served);
                }
                else
                {
                    Interlocked.Increment(ref cut);
                }
            }
        })));

        for (var round = 0; round < 5; round++)
        {
            await fixture.Control.StopAsync(server.Id);
            await house.ReachesAsync(server.Id, "running");
            var before = Volatile.Read(ref served);
            await Deadline.UntilAsync(() => Volatile.Read(ref served) > before + 10, () => "traffic that goes on");
        }

        await end.CancelAsync();
        await traffic;
        output.WriteLine($"{served} connections were served and {cut} cut by 5 stops from outside.");
        Assert.True(served > 50);
        Assert.Equal(6, house.Provider.Count("start"));
    }

    [SkippableFact]
    public async Task Wake_during_somebody_elses_slow_stop_ends_awake()
    {
        fixture.SkipUnlessAvailable();
        await using var house = await IdleHouse.OpenAsync(fixture);
        var port = FreePort.OfTcp();
        var name = $"idle-{Guid.NewGuid():N}";
        var id = await fixture.Control.RunAsync(IdleHouse.WebServer(name, port, stopSignal: null));
        var stopping = fixture.Control.StopAsync(id, seconds: 2);

        // To the engine it runs, and a start is answered with 304.
        var watcher = house.Manager.GetOrAdd(name, new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(5), Port = port });
        (await watcher.AcquireAsync().AsTask().WaitAsync(Deadline.Generous)).Dispose();
        await stopping;

        using var lease = await watcher.AcquireAsync().AsTask().WaitAsync(Deadline.Generous);
        await house.ReachesAsync(id, "running");
        Assert.Contains(Hello, await IdleHouse.GetAsync(house.Listen(name).LocalEndPoint!), StringComparison.Ordinal);
    }

    private static async Task<string> AnswerOrNothing(Task<string> answer)
    {
        try
        {
            return await answer;
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            return string.Empty;
        }
    }
}
