using System.Net;
using EventWatcher.Idle;

namespace EventWatcher.IntegrationTests;

/// <summary>A web server in a container that sleeps and wakes.</summary>
/// <param name="Id">The container's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Port">Its port on loopback.</param>
/// <param name="Watcher">Its watcher.</param>
/// <param name="Listener">The listener in front of it.</param>
internal sealed record IdleWebServer(string Id, string Name, int Port, IdleWatcher Watcher, IdleTcpListener Listener)
{
    public IPEndPoint Address => Listener.LocalEndPoint!;

    public Task<string> GetAsync(string path = "/") => IdleHouse.GetAsync(Address, path);
}
