namespace EventWatcher.Proxmox.Tests;

/// <summary>A refusal costs the server three seconds: one is enough for all who wait.</summary>
public sealed class RefusalTests : ProxmoxTest
{
    private const int Callers = 8;

    [Fact]
    public async Task Password_changed_is_tried_once_for_all_who_wait()
    {
        Server.AddToken("ops@pam", "pass word");
        Server.Allow("ops@pam", "/vms", "VM.Audit");
        await using var client = NewClient(new ProxmoxCredential("ops@pam", "pass word", null), timeout: TimeSpan.FromHours(1));
        await client.GetResourcesAsync(default);
        Server.AddToken("ops@pam", "another");
        Server.ForgetTickets();

        var calls = Enumerable.Range(0, Callers).Select(_ => client.GetResourcesAsync(default)).ToList();
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => Run(call));
        }

        // The first login, and the one in vain.
        Assert.Equal(2, Server.Requests.Count(static request => request.Path == "/access/ticket"));
        await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => client.GetResourcesAsync(default));
        Assert.InRange(Server.Requests.Count(static request => request.Path != "/access/ticket"), 2, 1 + Callers);
    }

    [Fact]
    public async Task Token_revoked_is_shown_no_more_after_those_on_their_way()
    {
        await using var client = NewClient(timeout: TimeSpan.FromHours(1));
        Server.RevokeToken();
        var calls = Enumerable.Range(0, Callers).Select(_ => client.GetResourcesAsync(default)).ToList();
        foreach (var call in calls)
        {
            AssertHasNoSecret(await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => Run(call)));
        }

        var shown = Server.Requests.Count;
        await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => client.GetResourcesAsync(default));

        Assert.InRange(shown, 1, Callers);
        Assert.Equal(shown, Server.Requests.Count);
    }
}
