using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.IntegrationTests;

/// <summary>An application that is configured by its settings, as Core's README shows it.</summary>
internal static class SettingsSnippets
{
    public static void Settings(IHostApplicationBuilder builder)
    {
        // snippet: settings
        builder.Services.AddEventWatcher(builder.Configuration.GetSection("EventWatcher"))
            .AddEach("Docker", (events, engine) => events.AddDocker(engine, engine.Key))
            .AddEach("Directory", (events, directory) => events.AddDirectory(directory, directory.Key))
            .AddSection("Idle", (events, idle) => events.AddIdle(idle))
            .AddQueue("routes", q => q.Handle<RouteUpdater>())
            .AddEach("Queue", (events, queue) => events.AddQueue(queue.Key, q => q.Bind(queue)));
        // end
    }
}
