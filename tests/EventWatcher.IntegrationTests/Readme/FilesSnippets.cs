using EventWatcher.Files;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.IntegrationTests.Settings;

/// <summary>The examples of the README of EventWatcher.Files, compiled.</summary>
internal static class FilesSnippets
{
    public static async Task ForeachAsync(CancellationToken cancellationToken)
    {
        // snippet: files-foreach
        await foreach (var e in new ConfigFileWatcher("appsettings.json").Watch(cancellationToken).ReadAllAsync(cancellationToken: cancellationToken))
        {
            Reload(); // once, whatever editor saved it
        }
        // end
    }

    public static void Hosted(IHostApplicationBuilder builder)
    {
        // snippet: files-hosted
        builder.Services.AddEventWatcher()
            .AddConfigFile("appsettings.json")
            .AddDirectory("conf.d", configure: o => o.Recursive = true)
            .AddQueue("settings", q => q.Handle<SettingsReloader>());
        // end
    }

    private static void Reload()
    {
    }

    internal sealed class SettingsReloader : IEventBatchHandler
    {
        public ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
