using System.Globalization;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>A fake cluster whose guests are started one after the other, for the conformance tests of watchers.</summary>
internal sealed class FakeWatcherSource : IAsyncDisposable
{
    private const int FirstGuest = 100;
    private const int GuestCount = 200;

    private int _next = FirstGuest;

    public FakeWatcherSource()
    {
        for (var vmid = FirstGuest; vmid < FirstGuest + GuestCount; vmid++)
        {
            Server.AddGuest("lxc", vmid, Name(vmid));
        }
    }

    public FakeProxmox Server { get; } = FakeClusterConformance.NewServer();

    public ProxmoxWatcher NewWatcher(int? capacity = null)
    {
        var options = FakeClusterConformance.OptionsFor(Server);
        options.Capacity = capacity ?? options.Capacity;
        return new ProxmoxWatcher(options);
    }

    /// <summary>Starts the next guest, and waits until it runs, so that the order is plain.</summary>
    public async Task<ExpectedEvent> StartNextAsync()
    {
        var vmid = _next++;
        Server.Act(vmid, "start");
        await Eventually.TrueAsync(() => Server.Guests[$"lxc/{vmid}"].Status == "running");
        return new ExpectedEvent(EventAction.ContainerStart, Name(vmid));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static string Name(int vmid) => "g" + vmid.ToString(CultureInfo.InvariantCulture);
}
