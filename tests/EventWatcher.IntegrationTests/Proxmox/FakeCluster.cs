using EventWatcher.Proxmox;
using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests;

/// <summary>A fake cluster in real time, made quick, with guests that have another address after each start.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const int FirstHost = 71;

    private readonly Dictionary<int, GuestBackend> _backends = [];
    private int _host = FirstHost;

    public FakeProxmox Server { get; } = new(new FakeProxmoxOptions
    {
        TaskDuration = TimeSpan.FromMilliseconds(50),
        TaskListLag = TimeSpan.FromMilliseconds(50),
        UnauthorizedDelay = TimeSpan.FromMilliseconds(50),
        CachePeriod = TimeSpan.FromMilliseconds(400),
        CacheLag = TimeSpan.FromMilliseconds(100),
    });

    public ProxmoxWatcherOptions Options => new()
    {
        Endpoint = Server.Endpoint.ToString(),
        Cluster = "lab",
        Token = Server.Token,
        Fingerprint = Server.Fingerprint,
        TasksInterval = TimeSpan.FromMilliseconds(200),
        ResourcesInterval = TimeSpan.FromMilliseconds(500),
    };

    public int Count(string action) => Server.Requests.Count(request => request.Method == "POST" && request.Path.EndsWith($"/status/{action}", StringComparison.Ordinal));

    public string Status(int vmid) => Server.Guests[$"lxc/{vmid}"].Status;

    /// <summary>Waits until a guest was started, and only then gives it an address and what it serves.</summary>
    /// <returns>The address.</returns>
    public async Task<string> BootAsync(int vmid, int port)
    {
        await Deadline.UntilAsync(() => Status(vmid) == "running", () => $"guest {vmid} to be started; {Story()}");
        var address = $"127.0.0.{_host++}";
        _backends[vmid] = new GuestBackend(address, port);
        Server.SetAddresses(vmid, ("eth0", address));
        return address;
    }

    /// <summary>Waits until a guest was stopped, and then ends what it serves.</summary>
    public async Task EndAsync(int vmid)
    {
        await Deadline.UntilAsync(() => Status(vmid) == "stopped", () => $"guest {vmid} to be stopped; {Story()}");
        Server.SetAddresses(vmid);
        if (_backends.Remove(vmid, out var backend))
        {
            await backend.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends.Values)
        {
            await backend.DisposeAsync();
        }

        await Server.DisposeAsync();
    }

    private string Story() => string.Join(", ", Server.Requests.Where(static request => request.Method == "POST").Select(static request => request.Path));
}
