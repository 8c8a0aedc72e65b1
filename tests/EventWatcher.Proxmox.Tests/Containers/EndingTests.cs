using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Calls that are cancelled, and providers that are disposed, at each of a call's requests: it ends at once, and as it should.</summary>
public sealed class EndingTests : ProxmoxTest
{
    private static readonly ContainerId Web = new("lxc/101");

    public static TheoryData<string, bool> Places => new()
    {
        { "/cluster/resources", false },
        { "/status/current", false },
        { "/status/start", false },
        { "/tasks/", false },
        { "/access/ticket", true },
        { "/cluster/resources", true },
        { "/status/start", true },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Disposal_ends_what_is_under_way(string place, bool isUser)
    {
        var provider = NewProvider(isUser);
        Server.Inject(FakeProxmoxFault.Silence, place, times: 9);
        var start = provider.StartAsync(Web);
        var other = provider.GetStatusAsync(Web);
        await UntilAsync(() => Server.Delayed > 0);

        await provider.DisposeAsync();
        await provider.DisposeAsync();

        await Eventually.EndsAsync(start);
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => start);
        await Eventually.EndsAsync(other);
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => provider.ListAsync());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Cancellation_ends_the_call_with_its_token_and_leaves_others_alone(string place, bool isUser)
    {
        await using var provider = NewProvider(isUser);
        Server.Inject(FakeProxmoxFault.Silence, place);
        using var cancel = new CancellationTokenSource();
        var start = provider.StartAsync(Web, cancel.Token);
        await UntilAsync(() => Server.Delayed > 0);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        var again = provider.StartAsync(Web);
        await UntilAsync(() => again.IsCompleted);
        await again;
        Assert.Equal("running", Server.Guests["lxc/101"].Status);
    }

    // The clock goes on for tasks that are asked after again, and not for the silence.
    private Task UntilAsync(Func<bool> condition) =>
        Pump.UntilAsync(Time, condition, () => Server.UnderWay == 0 && Time.NextTimerIn <= TimeSpan.FromSeconds(1));

    private ProxmoxContainerProvider NewProvider(bool isUser)
    {
        Server.AddGuest("lxc", 101, "web");
        var options = Options<ProxmoxOptions>();
        options.Timeout = TimeSpan.FromHours(1);
        if (isUser)
        {
            Server.AddToken("ops@pam", "pass word");
            Server.Allow("ops@pam", "/vms", "VM.Audit", "VM.PowerMgmt");
            (options.Token, options.User, options.Password) = (null, "ops@pam", "pass word");
        }

        return new ProxmoxContainerProvider(options, loggerFactory: null, Time);
    }
}
