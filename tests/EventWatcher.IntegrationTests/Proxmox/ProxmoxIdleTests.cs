using System.Net;
using EventWatcher.Idle;
using EventWatcher.Proxmox;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>LXC containers of a cluster that sleep and wake behind a listener, at an address that is known only after the start.</summary>
public sealed class ProxmoxIdleTests : IAsyncLifetime
{
    private readonly FakeCluster _cluster = new();
    private readonly int _port = FreePort.OfTcp();
    private readonly List<IAsyncDisposable> _owned = [];

    private string Tags => $"eventwatcher-idle-idle-timeout.1s;eventwatcher-idle-stop-timeout.10s;eventwatcher-idle-port.{_port};prod";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }

        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guest_by_tags_or_configuration_sleeps_and_wakes_with_its_address_found_after_the_start(bool isTagged)
    {
        _cluster.Server.AddGuest("lxc", 101, "web", tags: isTagged ? Tags : "");
        var manager = await OpenAsync(options =>
        {
            if (!isTagged)
            {
                options.Containers["web"] = new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), StopTimeout = TimeSpan.FromSeconds(10), Port = _port };
            }
        });
        var listener = Listen(manager);

        for (var round = 1; round <= 2; round++)
        {
            var answer = GetAsync(listener);
            var address = await _cluster.BootAsync(101, _port);

            Assert.Equal(address, await answer);
            await _cluster.EndAsync(101);
            await ReachesAsync(manager, "web", IdleState.Napping);
            Assert.Equal(round, _cluster.Count("start"));
            Assert.Equal(round, _cluster.Count("shutdown"));
        }
    }

    [Fact]
    public async Task Guest_that_is_started_and_stopped_by_somebody_is_followed()
    {
        _cluster.Server.AddGuest("lxc", 101, "web", tags: Tags.Replace(".1s", ".10m", StringComparison.Ordinal));
        var manager = await OpenAsync();
        _cluster.Server.Act(101, "start");
        await _cluster.BootAsync(101, _port);
        await ReachesAsync(manager, "web", IdleState.Ready);

        _cluster.Server.Act(101, "stop");

        await ReachesAsync(manager, "web", IdleState.Napping);
        Assert.Equal(0, _cluster.Count("start") + _cluster.Count("shutdown"));
    }

    [Fact]
    public async Task Guest_that_is_given_tags_later_is_managed_from_then_on()
    {
        _cluster.Server.AddGuest("lxc", 101, "web");
        var manager = await OpenAsync();
        Assert.Empty(manager.Snapshot());

        _cluster.Server.SetTags(101, Tags);
        await Deadline.UntilAsync(() => manager.Snapshot().Count == 1, static () => "the guest to be managed");
        _cluster.Server.SetTags(101, "prod");

        await Deadline.UntilAsync(() => manager.Snapshot().Count == 0, static () => "the guest to be left alone again");
    }

    [Theory]
    [InlineData("eventwatcher-idle-idle-timeout.10", "eventwatcher.idle.idle-timeout")]
    [InlineData("eventwatcher-idle-idle-timeot.10m", "eventwatcher.idle.idle-timeot")]
    [InlineData("eventwatcher-idle-idle-timeout.10m;eventwatcher-idle-idle-timeout.20m", "eventwatcher.idle.idle-timeout")]
    [InlineData("eventwatcher-idle-idle-timeout.10m;eventwatcher-idle-group.a+zz", "eventwatcher.idle.group.a+zz")]
    public async Task Bad_tag_is_reported_like_a_bad_label_and_the_guest_left_alone(string tags, string label)
    {
        _cluster.Server.AddGuest("lxc", 101, "web", tags: tags);
        _cluster.Server.AddGuest("lxc", 102, "good", tags: Tags);

        var manager = await OpenAsync();

        var fault = Assert.Single(manager.Faults);
        Assert.Equal(("web", label), (fault.Container, fault.Label));
        Assert.Equal("good", Assert.Single(manager.Snapshot()).Name);
    }

    private async Task<IdleManager> OpenAsync(Action<IdleOptions>? configure = null)
    {
        var provider = new ProxmoxContainerProvider(_cluster.Options);
        _owned.Add(provider);
        var options = new IdleOptions();
        configure?.Invoke(options);
        var manager = new IdleManager(provider, options);
        _owned.Add(manager);
        manager.Start();
        await manager.Ready.WaitAsync(Deadline.Generous);
        return manager;
    }

    private IdleTcpListener Listen(IdleManager manager)
    {
        var listener = new IdleTcpListener(manager, new IdleTcpListenerOptions { Container = "web", Port = _port });
        _owned.Add(listener);
        listener.Start();
        return listener;
    }

    private static async Task<string> GetAsync(IdleTcpListener listener)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Deadline.Generous };
        return await client.GetStringAsync(new Uri($"http://{new IPEndPoint(IPAddress.Loopback, listener.LocalEndPoint!.Port)}/"));
    }

    private static Task ReachesAsync(IdleManager manager, string name, IdleState state) => Deadline.UntilAsync(
        () => StateOf(manager, name) == state,
        () => $"{name} to be {state}; it is {StateOf(manager, name)}");

    private static IdleState? StateOf(IdleManager manager, string name) => manager.TryGet(name, out var watcher) ? watcher.State : null;
}
