using System.Net;
using EventWatcher.Docker;
using EventWatcher.Idle;
using EventWatcher.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.IntegrationTests;

/// <summary>The READMEs' examples, compiled; <see cref="ReadmeTests"/> compares them.</summary>
internal static class Snippets
{
    public static async Task FirstAsync(CancellationToken cancellationToken)
    {
        // snippet: first
        await using var queue = new EventQueue(new EventQueueOptions(), batch =>
        {
            foreach (var e in batch)
            {
                Console.WriteLine(e); // "start web"
            }
        });
        queue.Attach(new DockerWatcher());
        await queue.RunAsync(cancellationToken);
        // end
    }

    public static void Hosted(IHostApplicationBuilder builder)
    {
        // snippet: hosted
        builder.Services.AddEventWatcher()
            .AddDocker()
            .AddDocker("nas", o => o.Endpoint = "tcp://nas:2375")
            .AddQueue("routes", q => q.Handle<RouteUpdater>());
        builder.Services.AddHealthChecks().AddEventWatcher();
        // end
    }

    public static async Task ForeachAsync(CancellationToken cancellationToken)
    {
        // snippet: foreach
        await foreach (var e in new DockerWatcher().Watch(cancellationToken).ReadAllAsync(cancellationToken: cancellationToken))
        {
            if (e.Action.IsForceReload)
            {
                await ReloadAsync(); // something may have been missed: read the true state anew
            }
            else if (e.Action == EventAction.ContainerDie)
            {
                Console.WriteLine($"{e.ActorName} ended with {e.ActorAttributes["exitCode"]}");
            }
        }
        // end
    }

    public static async Task QueueAsync(IWatcher watcher, CancellationToken cancellationToken)
    {
        // snippet: queue
        await using var queue = new EventQueue(new EventQueueOptions { FlushInterval = TimeSpan.FromMilliseconds(200) }, batch =>
        {
            foreach (var e in batch)
            {
                Console.WriteLine(e); // "start web"
            }
        });
        queue.Attach(watcher); // any IWatcher; any number of them
        await queue.RunAsync(cancellationToken);
        // end
    }

    public static void ClockHosted(IHostApplicationBuilder builder, IConfiguration configuration)
    {
        // snippet: clock-hosted
        builder.Services.AddEventWatcher()
            .AddWatcher("clock", _ => new ClockWatcher(TimeSpan.FromMinutes(1)))
            .AddQueue("main", q => q.From("clock").Bind(configuration.GetSection("Queues:Main")).Handle<MyHandler>());
        builder.Services.AddHealthChecks().AddEventWatcher();
        // end
    }

    public static async Task DockerForeachAsync(CancellationToken cancellationToken)
    {
        // snippet: docker-foreach
        await foreach (var e in new DockerWatcher().Watch(cancellationToken).ReadAllAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine(e); // "start web"
        }
        // end
    }

    public static void DockerHosted(IHostApplicationBuilder builder)
    {
        // snippet: docker-hosted
        builder.Services.AddEventWatcher().AddDocker().AddQueue("routes", q => q.Handle<RouteUpdater>());
        // end
    }

    public static void DockerFiltersOf(DockerWatcher watcher, CancellationToken cancellationToken)
    {
        // snippet: docker-filters
        watcher.Watch(DockerFilters.Start + DockerFilters.Die + DockerFilters.Label("com.example.app", "web"), cancellationToken);
        // end
    }

    public static async Task IdleAsync(CancellationToken cancellationToken)
    {
        // snippet: idle-start
        await using var docker = new DockerContainerProvider();
        await using var manager = new IdleManager(docker);
        manager.Start();
        // end
        await LeaseAsync(manager, cancellationToken);
        await ListenAsync(manager);
    }

    public static void IdleHosted(IHostApplicationBuilder builder)
    {
        // snippet: idle-hosted
        builder.Services.AddEventWatcher()
            .AddDocker()
            .AddIdle(builder.Configuration.GetSection("Idle"));
        // end
    }

    private static async Task LeaseAsync(IdleManager manager, CancellationToken cancellationToken)
    {
        // snippet: idle-lease
        IdleWatcher app = manager.GetOrAdd("app");
        using (IdleLease lease = await app.AcquireAsync(cancellationToken)) // wakes it where it sleeps
        {
            await using var connection = await app.ConnectAsync(cancellationToken: cancellationToken);
        }
        // end
    }

    private static async Task ListenAsync(IdleManager manager)
    {
        // snippet: idle-tcp
        await using var listener = new IdleTcpListener(manager, new IdleTcpListenerOptions
        {
            ListenOn = new IPEndPoint(IPAddress.Any, 5432),
            Container = "db",
        });
        listener.Start();
        // end
    }

    private static Task ReloadAsync() => Task.CompletedTask;
}

// snippet: clock
internal sealed class ClockWatcher(TimeSpan period) : Watcher(new EventType("clock"))
{
    protected override async Task WatchAsync(WatchWriter output, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, TimeProvider);
        output.SetReady();
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            output.Emit(new Event { Type = Type, Action = EventAction.Custom(0), ActorName = "tick" });
        }
    }
}
// end

internal sealed class RouteUpdater : IEventBatchHandler
{
    public ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

internal sealed class MyHandler : IEventBatchHandler
{
    public ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
