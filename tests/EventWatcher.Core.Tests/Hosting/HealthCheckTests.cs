using EventWatcher.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventWatcher.Core.Tests.Hosting;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task Check_follows_a_source_from_absent_to_failed()
    {
        var application = TestApplication.Create();
        var time = application.UseFakeTime();
        var watcher = new FakeWatcher(TestEvents.Type, timeProvider: time, isReady: false);
        application.Services.AddEventWatcher().AddWatcher("docker", _ => watcher).AddQueue("q", static queue => queue
            .Handle(static _ => { })
            .Configure(static options => options.CompleteWhenSourcesEnd = false));
        application.Services.AddHealthChecks().AddEventWatcher();
        using var host = application.Build();

        Assert.Equal((HealthStatus.Degraded, "queue \"q\" was not started"), await CheckAsync(host));
        await host.StartAsync();

        Assert.Equal((HealthStatus.Healthy, "1 queues, 1 watchers"), await CheckAsync(host));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(
            (HealthStatus.Degraded, "source \"docker\" of queue \"q\" has not been reached for longer than 00:00:10"),
            await CheckAsync(host));

        watcher.SetReady();
        await BecomesAsync(host, HealthStatus.Healthy, "1 queues, 1 watchers");
        watcher.SetInterrupted(new InvalidOperationException("password=hunter2"));
        await BecomesAsync(host, HealthStatus.Degraded, "source \"docker\" of queue \"q\" is unreachable");
        watcher.SetReady();
        await BecomesAsync(host, HealthStatus.Healthy, "1 queues, 1 watchers");
        watcher.Fail(new InvalidOperationException("password=hunter2"));
        await BecomesAsync(host, HealthStatus.Unhealthy, "source \"docker\" of queue \"q\" has failed");

        await host.StopAsync();
    }

    [Fact]
    public async Task Check_source_that_ended_ordinarily_is_healthy()
    {
        var watcher = new FakeWatcher();
        using var host = Build(queue => queue.Handle(static _ => { }), watcher);
        await host.StartAsync();

        watcher.Complete();
        await Eventually.CompletesAsync(host.Queue("q").Completion);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task Check_watcher_that_throws_at_once_is_unhealthy()
    {
        using var host = Build(static queue => queue.Handle(static _ => { }), new ThrowingWatcher());
        await host.StartAsync();

        Assert.Equal((HealthStatus.Unhealthy, "source \"a\" of queue \"q\" has failed"), await CheckAsync(host));
        await host.StopAsync();
    }

    [Fact]
    public async Task Check_full_queue_and_slow_handler_are_degraded_until_they_are_not()
    {
        var handler = new RecordingHandler();
        var application = TestApplication.Create();
        var time = application.UseFakeTime();
        application.Services.AddEventWatcher().AddQueue("q", queue => queue.Handle(handler).Configure(static options =>
        {
            options.MaxBatchSize = 1;
            options.Capacity = 2;
        }));
        application.Services.AddHealthChecks().AddEventWatcher(configure: static options => options.SlowHandler = TimeSpan.FromMinutes(1));
        using var host = application.Build();
        await host.StartAsync();
        handler.Block();
        var queue = host.Queue("q");
        queue.TryEnqueue(TestEvents.Numbered(0));
        await handler.WaitForBatchesAsync(1);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        queue.TryEnqueue(TestEvents.Numbered(1));
        queue.TryEnqueue(TestEvents.Numbered(2));
        Assert.Equal((HealthStatus.Degraded, "queue \"q\" is full"), await CheckAsync(host));
        queue.TryEnqueue(TestEvents.Numbered(3));
        time.Advance(TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1));
        Assert.Equal(
            (HealthStatus.Degraded, "queue \"q\" is full; queue \"q\": the handler has not returned for longer than 00:01:00"),
            await CheckAsync(host));

        handler.Release();
        await BecomesAsync(host, HealthStatus.Healthy, "1 queues, 0 watchers");
        await host.StopAsync();
    }

    [Fact]
    public async Task Check_failed_queue_has_the_failure_status_that_was_asked_for()
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddQueue("q", static queue => queue
            .Handle(static _ => throw new InvalidOperationException("password=hunter2"))
            .Configure(static options => options.FlushFailure = FlushFailureMode.Stop));
        application.Services.AddHealthChecks().AddEventWatcher("strict").AddEventWatcher("lax", failureStatus: HealthStatus.Degraded, tags: ["ready"]);
        using var host = application.Build();
        await host.StartAsync();

        host.Queue("q").TryEnqueue(TestEvents.Numbered(1));
        await Eventually.EndsAsync(host.Queue("q").Completion);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal((HealthStatus.Unhealthy, "queue \"q\" has failed"), (report.Entries["strict"].Status, report.Entries["strict"].Description));
        Assert.Equal(HealthStatus.Degraded, report.Entries["lax"].Status);
        Assert.Equal(["ready"], report.Entries["lax"].Tags);
        Assert.Null(report.Entries["strict"].Exception);
        await host.StopAsync();
    }

    [Fact]
    public async Task Check_data_tell_of_each_queue_and_source()
    {
        var watcher = new FakeWatcher();
        using var host = Build(static queue => queue.Handle(static _ => { }), watcher);
        await host.StartAsync();
        await Eventually.TrueAsync(() => host.Queue("q").Sources[0].State == WatchState.Ready);

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["queue.q.state"] = "running",
                ["queue.q.pending"] = 0,
                ["queue.q.dropped"] = 0L,
                ["queue.q.source.a.state"] = "Ready",
                ["queue.q.source.a.pending"] = 0,
                ["queue.q.source.a.dropped"] = 0L,
            },
            report.Entries["eventwatcher"].Data);
        await host.StopAsync();
    }

    [Fact]
    public async Task AddEventWatcher_same_name_twice_changes_the_options_only()
    {
        var application = TestApplication.Create();
        application.Services.AddHealthChecks().AddEventWatcher().AddEventWatcher(configure: static options => options.ConnectGrace = TimeSpan.FromHours(1));
        using var host = application.Build();

        Assert.Equal((HealthStatus.Healthy, "0 queues, 0 watchers"), await CheckAsync(host));
        Assert.Equal(TimeSpan.FromHours(1), host.Services.GetRequiredService<IOptionsMonitor<EventWatcherHealthOptions>>().Get("eventwatcher").ConnectGrace);
    }

    [Fact]
    public async Task Start_wrong_health_options_are_refused()
    {
        var application = TestApplication.Create();
        application.Services.AddHealthChecks().AddEventWatcher(configure: static options =>
        {
            options.ConnectGrace = TimeSpan.FromSeconds(-1);
            options.SlowHandler = TimeSpan.Zero;
        });
        using var host = application.Build();

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(
            [
                "EventWatcherHealthOptions.ConnectGrace is -00:00:01; allowed: zero or longer.",
                "EventWatcherHealthOptions.SlowHandler is 00:00:00; allowed: longer than zero.",
            ],
            exception.Failures);
    }

    private static IHost Build(Action<QueueBuilder> configure, IWatcher watcher)
    {
        var application = TestApplication.Create();
        application.Services.AddEventWatcher().AddWatcher("a", _ => watcher).AddQueue("q", configure);
        application.Services.AddHealthChecks().AddEventWatcher();
        return application.Build();
    }

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(IHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var entry = report.Entries["eventwatcher"];
        return (entry.Status, entry.Description);
    }

    private static Task BecomesAsync(IHost host, HealthStatus status, string description) => Eventually.TrueAsync(
        async () => await CheckAsync(host) == (status, description),
        expectation: $"{status}: {description}");

    private sealed class ThrowingWatcher : IWatcher
    {
        public WatchStream Watch(CancellationToken cancellationToken = default) => throw new InvalidOperationException("password=hunter2");
    }
}
