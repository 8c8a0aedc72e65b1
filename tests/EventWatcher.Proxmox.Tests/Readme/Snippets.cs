using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.Proxmox.Tests;

/// <summary>The README's examples, compiled; <see cref="ReadmeTests"/> compares them.</summary>
internal static class Snippets
{
    public static async Task ForeachAsync(string fingerprint, CancellationToken cancellationToken)
    {
        // snippet: proxmox-foreach
        var watcher = new ProxmoxWatcher(new ProxmoxWatcherOptions
        {
            Endpoint = "https://pve1:8006",
            TokenFile = "/run/secrets/proxmox-token", // user@realm!id=secret
            Fingerprint = fingerprint, // as "pvenode cert info" shows it
        });
        await foreach (var e in watcher.Watch(cancellationToken).ReadAllAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine($"{e} on {e.ActorAttributes["node"]}"); // "start web on pve1"
        }
        // end
    }

    public static void Hosted(IHostApplicationBuilder builder)
    {
        // snippet: proxmox-hosted
        builder.Services.AddEventWatcher().AddProxmox(builder.Configuration.GetSection("Proxmox")).AddQueue("guests", q => q.Handle<GuestHandler>());
        // end
    }

    private sealed class GuestHandler : IEventBatchHandler
    {
        public ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
