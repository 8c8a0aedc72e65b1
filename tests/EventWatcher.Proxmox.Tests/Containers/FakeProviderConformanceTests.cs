using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What every container provider promises, on the fake cluster.</summary>
public abstract class FakeProviderConformanceTests(string kind) : ContainerProviderConformanceTests
{
    private readonly FakeProxmox _server = FakeClusterConformance.NewServer();
    private readonly List<ProxmoxContainerProvider> _providers = [];
    private int _vmid = 100;

    protected override bool SupportsPause => kind == "qemu";

    protected override bool SupportsSignals => false;

    protected override int? ReachablePort => 80;

    protected override ContainerId UnknownContainer => new($"{kind}/999");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        await _server.DisposeAsync();
        Assert.Empty(_server.Requests.SelectMany(Fixtures.Schema.FaultsOf).Distinct(StringComparer.Ordinal));
    }

    protected override IContainerProvider CreateProvider() => NewProvider(FakeClusterConformance.OptionsFor(_server));

    protected override IContainerProvider CreateUnreachableProvider()
    {
        var options = FakeClusterConformance.OptionsFor(_server);
        options.Endpoint = "https://localhost:1";
        return NewProvider(options);
    }

    protected override Task<ContainerId> CreateContainerAsync()
    {
        var vmid = ++_vmid;
        _server.AddGuest(kind, vmid, $"guest{vmid}");
        _server.SetAddresses(vmid, ("eth0", "10.0.0.5"));
        return Task.FromResult(new ContainerId($"lab/{kind}/{vmid}"));
    }

    protected override Task RemoveContainerAsync(ContainerId id)
    {
        _server.DestroyGuest(int.Parse(id.Value.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    private ProxmoxContainerProvider NewProvider(ProxmoxWatcherOptions options)
    {
        var provider = new ProxmoxContainerProvider(options) { TaskInterval = TimeSpan.FromMilliseconds(20) };
        _providers.Add(provider);
        return provider;
    }
}
