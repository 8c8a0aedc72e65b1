using EventWatcher.Store;
using EventWatcher.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventWatcher.IntegrationTests.Hosting;

/// <summary>One application with all packages in it, that says in code only what settings can't: handlers, and where HTTP comes in.</summary>
internal sealed class EverythingApplication : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EverythingApplication(WebApplication app, RecordingHandler handler, RecordingSink<Event> sink, List<StoredEvent> stored)
    {
        _app = app;
        Handler = handler;
        Sink = sink;
        Stored = stored;
    }

    /// <summary>What the queue of all sources was given.</summary>
    public RecordingHandler Handler { get; }

    public RecordingSink<Event> Sink { get; }

    /// <summary>What the store's watcher was given; to be locked.</summary>
    public List<StoredEvent> Stored { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    public static EverythingApplication Create(EverythingFolder folder)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.Path, EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        var handler = new RecordingHandler();
        var sink = new RecordingSink<Event>();
        var stored = new List<StoredEvent>();

        var settings = builder.Configuration.GetSection("EventWatcher");
        builder.Services.AddEventWatcher(settings)
            .AddEach("Docker", static (events, engine) => events.AddDocker(engine, engine.Key))
            .AddEach("Proxmox", static (events, cluster) => events.AddProxmox(cluster, cluster.Key))
            .AddEach("Directory", static (events, directory) => events.AddDirectory(directory, directory.Key))
            .AddEach("File", static (events, file) => events.AddFile(file, file.Key))
            .AddEach("ConfigFile", static (events, file) => events.AddConfigFile(file, file.Key))
            .AddEach("Store", static (events, store) => events.AddEventStore(store, store.Key))
            .AddSection("Idle", static (events, idle) => events.AddIdle(idle))
            .AddSection("IdleHttp", static (events, http) => events.Services.AddIdleHttp(http))
            .AddIdleProvider("engine")
            .AddIdleProvider("cluster")
            .AddEventStore(store => store.RegisterWatcherEvents(EventType.Docker, EventType.File).Watch("audit", Record), "log")
            .AddSink("hooks", _ => sink)
            .AddQueue("all", queue => queue.Handle(handler.HandleAsync).OnError(handler.HandleErrorAsync))
            .AddEach("Queue", static (events, queue) => events.AddQueue(queue.Key, q => q.Bind(queue)));
        builder.Services.AddHealthChecks().AddEventWatcher();

        var app = builder.Build();
        app.UseIdleWake();
        app.UseIdleForwarder();
        app.MapIdle();
        app.MapHealthChecks("/health");
        app.Urls.Clear();
        app.Urls.Add("http://127.0.0.1:0");
        return new EverythingApplication(app, handler, sink, stored);

        ValueTask Record(StoredEvent item, CancellationToken cancellationToken)
        {
            lock (stored)
            {
                stored.Add(item);
            }

            return ValueTask.CompletedTask;
        }
    }

    public Task StartAsync() => _app.StartAsync();

    public Task StopAsync() => _app.StopAsync();

    public bool HasStored(string actor)
    {
        lock (Stored)
        {
            return Stored.Exists(item => item.GetObject<Event>().ActorName == actor);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
