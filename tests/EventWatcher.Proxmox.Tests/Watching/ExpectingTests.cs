using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>What this process itself does to a guest is looked for directly, and not in lists that are late; and not for ever.</summary>
public sealed class ExpectingTests : WatcherTest
{
    private static readonly ContainerId Web = new("lxc/101");

    private ProxmoxContainerProvider? _provider;

    // All is decided by the clock that both sides go by, and none of it by how quick this machine is.
    private ProxmoxContainerProvider Provider => _provider ??= new ProxmoxContainerProvider(Patient(Options<ProxmoxWatcherOptions>()), loggerFactory: null, Time);

    public override async Task DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task Stop_that_its_caller_gave_up_is_told_within_a_second_of_its_happening()
    {
        await StandAsync();
        using var cancel = new CancellationTokenSource();
        var stop = Provider.StopAsync(Web, timeout: TimeSpan.FromSeconds(30), cancellationToken: cancel.Token);
        await Pump.UntilAsync(Time, () => Server.Requests.Any(static request => request.Method == "POST"), IsQuiet);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);

        await Pump.UntilAsync(Time, () => Server.Guests["lxc/101"].Status == "stopped", IsQuiet);
        var stopped = Time.GetUtcNow();
        await EventsAsync(2);

        Assert.Equal("die web, stop web", Story());
        Assert.InRange(Time.GetUtcNow() - stopped, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Start_that_is_waited_for_is_told_when_its_caller_goes_on()
    {
        await StandAsync(isRunning: false);
        var start = Provider.StartAsync(Web);
        await Pump.CompletesAsync(Time, start, IsQuiet);
        await EventsAsync(1);
        var asked = StatusRequests("101");
        await PassAsync(30);

        Assert.Equal("start web", Story());

        // The lists, which are late, may raise one more doubt; nobody asks twice a second any more.
        Assert.InRange(StatusRequests("101") - asked, 0, 3);
        Assert.Equal(0, StatusRequests("102"));
    }

    [Fact]
    public async Task Action_that_comes_to_nothing_is_not_looked_for_for_ever()
    {
        await StandAsync();
        Server.SetGuest(101, ignoresShutdown: true);
        using var cancel = new CancellationTokenSource();
        var stop = Provider.StopAsync(Web, timeout: Timeout.InfiniteTimeSpan, cancellationToken: cancel.Token);
        await Pump.UntilAsync(Time, () => Server.Requests.Any(static request => request.Method == "POST"), IsQuiet);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stop);
        await PassAsync(30);
        var during = StatusRequests("101");
        await PassAsync(ProxmoxHub.Aftermath.TotalSeconds);
        var asked = StatusRequests("101");
        await PassAsync(60);

        Assert.True(during >= 20, $"It was asked {during} times.");
        Assert.Equal(asked, StatusRequests("101"));
        Assert.Empty(Read());
    }

    [Fact]
    public async Task Action_that_failed_is_looked_for_no_more()
    {
        await StandAsync();
        Server.Allow(user: null, "/vms", "VM.Audit");
        await Assert.ThrowsAsync<ContainerOperationException>(() => Pump.CompletesAsync(Time, Provider.StopAsync(Web), IsQuiet));
        await PassAsync(5);
        var asked = StatusRequests("101");
        await PassAsync(30);

        Assert.Equal(asked, StatusRequests("101"));
        Assert.Empty(Read());
    }

    [Fact]
    public async Task Action_under_way_does_not_keep_the_watcher_alive()
    {
        await StandAsync();
        Server.SetGuest(101, ignoresShutdown: true);
        var stop = Provider.StopAsync(Web, timeout: TimeSpan.FromSeconds(600));
        await Pump.UntilAsync(Time, () => StatusRequests("101") > 5, IsQuiet);

        await EndAsync();

        Assert.Null(Watcher.Hub);
        await _provider!.DisposeAsync();
        Assert.NotNull(await Record.ExceptionAsync(() => Run(stop)));
    }

    // Nobody sees tasks, so that only the lists and the questions are left.
    private async Task StandAsync(bool isRunning = true)
    {
        Server.Allow(user: null, "/");
        Server.AddGuest("lxc", 101, "web", isRunning);
        Server.AddGuest("lxc", 102, "other", isRunning);
        await WatchAsync(static options => Patient(options));
        await PassAsync(5);
    }

    private static ProxmoxWatcherOptions Patient(ProxmoxWatcherOptions options)
    {
        options.Timeout = TimeSpan.FromHours(1);
        options.ActionTimeout = TimeSpan.FromHours(1);
        return options;
    }

    private int StatusRequests(string vmid) => Server.Requests.Count(request => request.Path.EndsWith($"/lxc/{vmid}/status/current", StringComparison.Ordinal));

    private protected override void Configure(FakeProxmoxOptions options) => options.TaskDuration = TimeSpan.FromSeconds(5);
}
