using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What every container provider promises, on a real cluster. A test only where there is one.</summary>
public abstract class LiveProviderConformance : ContainerProviderConformanceTests
{
    private readonly List<ProxmoxContainerProvider> _providers = [];
    private LiveCluster? _cluster;

    protected override TimeSpan Deadline => TimeSpan.FromMinutes(3);

    protected override bool SupportsPause => LiveCluster.HasMachines;

    protected override bool SupportsSignals => false;

    protected override ContainerId UnknownContainer => new("lxc/999999999");

    private LiveCluster Cluster => _cluster ??= new LiveCluster();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Cluster.DisposeAsync();
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }
    }

    protected override IContainerProvider CreateProvider() => Keep(new ProxmoxContainerProvider(LiveCluster.Options));

    protected override IContainerProvider CreateUnreachableProvider()
    {
        var options = LiveCluster.Options;
        options.Endpoint = "https://localhost:1";
        return Keep(new ProxmoxContainerProvider(options));
    }

    protected override Task<ContainerId> CreateContainerAsync() => Cluster.CloneAsync();

    protected override Task RemoveContainerAsync(ContainerId id) => Cluster.DestroyAsync(id);

    private ProxmoxContainerProvider Keep(ProxmoxContainerProvider provider)
    {
        _providers.Add(provider);
        return provider;
    }
}
