using EventWatcher.TestKit;

namespace EventWatcher.IntegrationTests;

/// <summary>The main job on a Proxmox VE cluster, as its user has it.</summary>
public sealed class WatchProxmoxTests
{
    [Fact]
    public async Task Watch_proxmox_prints_what_happens_to_guests()
    {
        await using var server = new FakeProxmox(new FakeProxmoxOptions { TaskListLag = TimeSpan.Zero, TaskDuration = TimeSpan.Zero });
        server.AddGuest("lxc", 101, "web");
        var token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, server.Token);
        var endpoint = server.Endpoint.ToString().TrimEnd('/');
        await using var watch = SampleProcess.Watch("--proxmox", endpoint, "--proxmox-token-file", token, "--proxmox-fingerprint", server.Fingerprint, "--flush", "50ms");

        _ = await watch.WaitForLineAsync(static line => line == "Watching proxmox at localhost. Ctrl+C ends.");
        server.Act(101, "start");
        var start = await watch.WaitForLineAsync(static line => line.Contains("  start ", StringComparison.Ordinal));
        watch.Signal(Posix.SigTerm);

        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.Contains("  web                   lxc/101       node=pve1  cause=requested  user=root@pam", start, StringComparison.Ordinal);
        File.Delete(token);
    }

    [Fact]
    public async Task Watch_proxmox_with_the_wrong_fingerprint_says_so_and_goes_on_trying()
    {
        await using var server = new FakeProxmox();
        var token = Path.GetTempFileName();
        await File.WriteAllTextAsync(token, server.Token);
        await using var watch = SampleProcess.Watch("--proxmox", server.Endpoint.ToString(), "--proxmox-token-file", token, "--proxmox-fingerprint", new string('A', 64));

        var line = await watch.WaitForLineAsync(static line => line.Contains("fingerprint", StringComparison.Ordinal));
        watch.Signal(Posix.SigTerm);

        Assert.Equal((0, ""), await watch.EndAsync());
        Assert.Contains(server.Fingerprint, line, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        File.Delete(token);
    }

    [Fact]
    public async Task Watch_proxmox_s_other_arguments_without_it_are_refused()
    {
        await using var watch = SampleProcess.Watch("--proxmox-fingerprint", "AA");

        var (code, errors) = await watch.EndAsync();

        Assert.Equal(2, code);
        Assert.StartsWith("--proxmox-token-file and --proxmox-fingerprint need --proxmox", errors, StringComparison.Ordinal);
    }
}
