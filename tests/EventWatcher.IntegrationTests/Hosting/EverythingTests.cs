using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using EventWatcher.Idle;
using EventWatcher.Store;
using EventWatcher.TestKit;
using EventWatcher.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace EventWatcher.IntegrationTests.Hosting;

/// <summary>All packages in one application, configured by its settings.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class EverythingTests(DockerEngineFixture fixture, ITestOutputHelper output)
{
    private const string AbsentEngine = "unix:///tmp/ew-absent.sock";
    private const string AbsentCluster = "https://127.0.0.1:1";
    private static readonly TimeSpan StartAndStop = TimeSpan.FromSeconds(3);

    [SkippableFact]
    public async Task Everything_is_seen_stored_sent_on_woken_and_told_of()
    {
        fixture.SkipUnlessAvailable();
        await using var cluster = new FakeProxmox(new FakeProxmoxOptions { TaskListLag = TimeSpan.Zero, TaskDuration = TimeSpan.Zero });
        cluster.AddGuest("lxc", 101, "guest");
        using var folder = Folder(cluster);
        using var telemetry = new TelemetryNames();
        var port = FreePort.OfTcp();
        try
        {
            await using (var app = EverythingApplication.Create(folder))
            {
                await app.StartAsync();
                await ReadyAsync(app);

                cluster.Act(101, "start");
                await File.WriteAllTextAsync(Path.Combine(folder.Conf, "site.conf"), "a");
                await File.WriteAllTextAsync(Path.Combine(folder.Conf, "other.txt"), "a");
                await File.WriteAllTextAsync(folder.Flag, "up");
                await File.WriteAllTextAsync(folder.ConfigFile, "two");
                await fixture.Control.CreateAsync(IdleHouse.WebServer("ew-everything", port) with { Labels = Labels(port) });
                string[] expected = ["start guest", "created site.conf", "created flag", "written watched.json", "create ew-everything"];
                await Deadline.UntilAsync(
                    () => expected.Except(app.Handler.Events.Select(static item => item.ToString()), StringComparer.Ordinal).Any() is false,
                    () => "all of them. There were: " + string.Join(", ", app.Handler.Events));
                Assert.DoesNotContain(app.Handler.Events, static item => item.ActorName == "other.txt");

                await Deadline.UntilAsync(() => app.HasStored("site.conf") && app.HasStored("ew-everything"), () => "both in the store");
                await Deadline.UntilAsync(() => app.Sink.Items.Any(static item => item.ActorName == "site.conf"), () => "the file in the sink");
                Assert.DoesNotContain(app.Sink.Items, static item => item.ActorName == "ew-everything");

                Assert.Equal("hello\n", await WakeAsync(app.Address));
                Assert.Equal("running", (await fixture.Control.FindAsync("ew-everything"))?.State);
                await app.StopAsync();
            }
        }
        finally
        {
            await fixture.Control.RemoveAllAsync();
        }

        telemetry.AssertNamedInReadmes();
    }

    [SkippableFact]
    public async Task Everything_starts_and_stops_within_3_seconds_and_what_was_pending_is_in_the_store()
    {
        fixture.SkipUnlessAvailable();
        await using var cluster = new FakeProxmox();
        using var folder = Folder(cluster);

        // The best of some rounds: on a machine that does much else, the clock tells of the machine.
        var best = TimeSpan.MaxValue;
        for (var round = 1; round <= 5 && best > StartAndStop; round++)
        {
            await using var app = EverythingApplication.Create(folder);
            var clock = Stopwatch.StartNew();
            await app.StartAsync();
            var started = clock.Elapsed;
            var pending = new Event { Type = EventType.File, Action = EventAction.FileWritten, ActorName = $"last of round {round}" };
            Assert.True(app.Services.GetRequiredKeyedService<EventQueue>("log-append").TryEnqueue(pending));
            clock.Restart();
            await app.StopAsync();
            var stopped = clock.Elapsed;
            output.WriteLine($"start {started.TotalMilliseconds:N0} ms, stop {stopped.TotalMilliseconds:N0} ms");
            best = best < started + stopped ? best : started + stopped;

            Assert.All(new[] { "all", "hooks", "log-append" }, name => Assert.True(app.Services.GetRequiredKeyedService<EventQueue>(name).Completion.IsCompletedSuccessfully, name));
            Assert.Throws<ObjectDisposedException>(app.Services.GetRequiredService<IdleManager>().Start);
            var serializer = new JsonEventSerializer();
            serializer.RegisterWatcherEvents(EventType.Docker, EventType.File);
            await using var store = FileEventStore.Open(new FileEventStoreOptions { Path = folder.Log, IsReadOnly = true }, serializer);
            var stored = await store.GetEventsAsync(new GetEventsRequest { Iterator = EventIterator.TrimHorizon, LongPollTimeout = TimeSpan.Zero });
            Assert.Contains(stored.Events, item => item.GetObject<Event>().ActorName == pending.ActorName);
        }

        Assert.True(best <= StartAndStop, $"Start and stop took {best} at best.");
    }

    [Fact]
    public async Task Everything_starts_without_engine_and_cluster_and_says_so()
    {
        using var folder = new EverythingFolder(AbsentEngine, AbsentCluster);
        await using var app = EverythingApplication.Create(folder);

        await app.StartAsync().WaitAsync(Deadline.Generous);

        await HealthAsync(app, HealthStatus.Degraded);
        using var client = Client(app.Address);
        using var health = await client.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal("Degraded", await health.Content.ReadAsStringAsync());
        await File.WriteAllTextAsync(Path.Combine(folder.Conf, "site.conf"), "a");
        await Deadline.UntilAsync(() => app.HasStored("site.conf"), () => "the file in the store");
        await Deadline.UntilAsync(() => app.Handler.Errors.Count > 0, () => "an error of a source");
        await app.StopAsync().WaitAsync(Deadline.Generous);
    }

    [Fact]
    public async Task Everything_bad_in_the_settings_is_named_at_once_by_its_key()
    {
        using var folder = new EverythingFolder(AbsentEngine, AbsentCluster);
        folder.Section("Docker", "engine")["RetryDelay"] = "5";
        folder.Section("Docker", "engine")["Endpiont"] = "x";
        folder.Section("Proxmox", "cluster")["TasksInterval"] = "soon";
        folder.Section("Directory", "conf")["Recursive"] = "perhaps";
        folder.Section("File", "flag")["SettleTime"] = "1000";
        folder.Section("ConfigFile", "config")["Polling"] = "Often";
        folder.Section("Store", "log")["SegmentBytes"] = "big";
        folder.Section("Store", "log", "Watchers", "audit")["MaxBackoff"] = "10";
        folder.Section("Store", "log", "Watchers", "mail")["MaxBackoff"] = "10s";
        folder.Section("Queue", "all")["From"] = new JsonArray("engin");
        folder.Section("Queue", "all")["FlushInterval"] = "1";
        folder.Section("Queue", "nobody");
        folder.Section("Idle", "Containers", "app")["IdleTimeout"] = "600";
        folder.Section("IdleHttp")["Prefix"] = "idle/";
        folder.Section("Dokcer", "nas")["Endpoint"] = "tcp://nas:2375";
        folder.Save();

        var exception = await Record.ExceptionAsync(async () =>
        {
            await using var app = EverythingApplication.Create(folder);
            await app.StartAsync();
        });

        var failures = Assert.IsType<AggregateException>(exception).InnerExceptions.Cast<OptionsValidationException>().SelectMany(static inner => inner.Failures).ToList();
        string[] keys =
        [
            "Docker:engine:RetryDelay is \"5\"; allowed: a duration", "Docker:engine:Endpiont is not a known key; did you mean Endpoint?",
            "Proxmox:cluster:TasksInterval is \"soon\"", "Directory:conf:Recursive is \"perhaps\"", "File:flag:SettleTime is \"1000\"",
            "ConfigFile:config:Polling is \"Often\"", "Store:log:SegmentBytes is \"big\"", "Store:log:Watchers:audit:MaxBackoff is \"10\"",
            "Store:log:Watchers:mail configures watcher \"mail\" of store \"log\", which was not added; there are \"audit\".",
            "Queue:all:From:0 is \"engin\", a watcher that was not added", "Queue:all:FlushInterval is \"1\"",
            "Idle:Containers:app:IdleTimeout is \"600\"", "IdleHttp:Prefix is \"idle/\"", "Dokcer is not a known key; did you mean Docker?",
        ];
        Assert.All(keys, key => Assert.Contains(failures, failure => failure.StartsWith("EventWatcher:" + key, StringComparison.Ordinal)));
        Assert.Contains(failures, static failure => failure.StartsWith("Queue \"nobody\" has no handler", StringComparison.Ordinal));
        Assert.True(failures.Count == keys.Length + 1, string.Join('\n', failures));
    }

    private static Dictionary<string, string> Labels(int port) => new(StringComparer.Ordinal)
    {
        ["eventwatcher.idle.idle-timeout"] = "10m",
        ["eventwatcher.idle.host"] = "app.localhost",
        ["eventwatcher.idle.url"] = $"http://127.0.0.1:{port}",
    };

    private static HttpClient Client(Uri address) => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };

    private static async Task<string> WakeAsync(Uri address)
    {
        using var client = Client(address);
        var status = HttpStatusCode.NotFound;
        var text = "";
        await Deadline.UntilAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/index.html");
                request.Headers.Host = "app.localhost";
                using var answer = await client.SendAsync(request);
                status = answer.StatusCode;
                text = await answer.Content.ReadAsStringAsync();
                return status == HttpStatusCode.OK;
            },
            () => $"the container's answer; {status} {text}");
        return text;
    }

    /// <summary>What happens to a source before it is watched is no event.</summary>
    private static async Task ReadyAsync(EverythingApplication app)
    {
        var health = app.Services.GetRequiredService<HealthCheckService>();
        HealthReportEntry report = default;
        await Deadline.UntilAsync(
            async () =>
            {
                report = (await health.CheckHealthAsync()).Entries["eventwatcher"];
                return report.Data.Where(static item => item.Key.Contains(".source.", StringComparison.Ordinal) && item.Key.EndsWith(".state", StringComparison.Ordinal))
                    .All(static item => item.Value is nameof(WatchState.Ready));
            },
            () => "all sources to be ready: " + string.Join(", ", report.Data));
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    private static async Task HealthAsync(EverythingApplication app, HealthStatus expected)
    {
        var health = app.Services.GetRequiredService<HealthCheckService>();
        HealthReport? report = null;
        await Deadline.UntilAsync(
            async () => (report = await health.CheckHealthAsync()).Status == expected,
            () => $"{expected}; it is {report?.Status}: {report?.Entries["eventwatcher"].Description}");
    }

    private EverythingFolder Folder(FakeProxmox cluster) =>
        new(fixture.Host.Endpoint, cluster.Endpoint.ToString().TrimEnd('/'), cluster.Token, cluster.Fingerprint);
}
