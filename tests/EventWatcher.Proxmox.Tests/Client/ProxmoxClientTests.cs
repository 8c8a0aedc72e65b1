using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxClientTests : ProxmoxTest
{
    private static readonly GuestId Web = new(GuestKind.Lxc, 101);

    [Fact]
    public async Task Every_call_is_answered_and_within_the_schema()
    {
        Server.AddGuest("lxc", 101, "web", isRunning: true, tags: "prod;web", pool: "front");
        Server.AddGuest("qemu", 100, "db", isRunning: true);
        Server.SetAddresses(101, ("eth0", "10.0.0.5"));
        Server.SetAddresses(100, ("ens18", "10.0.0.6"));
        Server.SetGuest(100, hasAgent: true);
        await using var client = NewClient();
        var machine = new GuestId(GuestKind.Qemu, 100);

        var rows = (await client.GetResourcesAsync(default)).Data;
        Assert.Equal(["qemu/100", "lxc/101"], rows.Select(static row => row.Id));
        Assert.Equal("front", rows[1].Pool);
        Assert.Equal("running", (await client.GetStatusAsync("pve1", Web, default)).Data.Status);
        Assert.True(await client.IsQuorateAsync(default));
        Assert.Equal(1, (await client.GetPermissionsAsync(default))["/vms"]["VM.PowerMgmt"]);
        Assert.True((await client.GetConfigurationAsync("pve1", Web, default)).ContainsKey("net0"));
        Assert.Contains(await client.GetInterfacesAsync("pve1", Web, default), static item => item.Addresses?[0].Address == "10.0.0.5");
        Assert.Contains(await client.GetAgentInterfacesAsync("pve1", machine, default), static item => item.Name == "ens18");
        var upid = await client.ActAsync("pve1", Web, "shutdown", [new("timeout", "10"), new("forceStop", "1")], default);
        Assert.Equal("running", (await client.GetTaskStatusAsync("pve1", upid, default)).Status);
        Assert.Equal(upid, Assert.Single(await client.GetTasksOfAsync("pve1", Web, default)).Upid);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(upid, Assert.Single((await client.GetTasksAsync(default)).Data).Upid);
        await client.ActAsync("pve1", Web, "start", [], default);
        await client.ActAsync("pve1", machine, "suspend", [], default);
        await client.ActAsync("pve1", machine, "resume", [], default);
        await client.ActAsync("pve1", machine, "stop", [new("overrule-shutdown", "1")], default);
    }

    [Fact]
    public async Task Authority_of_the_cluster_is_enough()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Server.AuthorityPem);
        await using var client = NewClient(authority: file);

        Assert.Empty((await client.GetResourcesAsync(default)).Data);
        File.Delete(file);
    }

    [Fact]
    public async Task Certificate_of_nobody_known_is_refused()
    {
        await using var client = new ProxmoxClient(Connection() with { Fingerprint = null }, Time);

        var exception = await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.GetResourcesAsync(default));

        Assert.Equal(ProxmoxUnreachableReason.CertificateRefused, exception.Reason);
        Assert.Contains(Server.Fingerprint, exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception);
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Fingerprint_wrong_says_which_one_it_is_and_sends_nothing()
    {
        await using var client = NewClient(fingerprint: new string('A', 64));

        var exception = await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.GetResourcesAsync(default));

        Assert.Equal(ProxmoxUnreachableReason.CertificateRefused, exception.Reason);
        Assert.Contains(Server.Fingerprint, exception.Message, StringComparison.Ordinal);
        Assert.Contains("pvenode cert info", exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception);
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Certificate_expired_says_so()
    {
        await using var server = new FakeProxmox(new FakeProxmoxOptions { IsCertificateExpired = true });
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, server.AuthorityPem);
        await using var client = new ProxmoxClient(Connection(authority: file) with { Endpoint = server.Endpoint }, Time);

        var exception = await Assert.ThrowsAsync<ProxmoxUnreachableException>(() => client.GetResourcesAsync(default));

        Assert.Equal(ProxmoxUnreachableReason.CertificateRefused, exception.Reason);
        Assert.Contains("not valid now", exception.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Token_wrong_is_refused_once_and_not_tried_again_for_a_while()
    {
        await using var client = NewClient(new ProxmoxCredential(null, "dotnet@pve!watch=wrong-secret", null));

        var exception = await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => Run(client.GetResourcesAsync(default)));
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => client.GetTasksAsync(default));
        }

        AssertHasNoSecret(exception, "wrong-secret");
        Assert.Single(Server.Requests);
        Time.Advance(ProxmoxSession.Quiet);
        await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => Run(client.GetResourcesAsync(default)));
        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task Token_that_is_back_is_accepted_again()
    {
        await using var client = NewClient();
        Server.RevokeToken();
        await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => Run(client.GetResourcesAsync(default)));

        Server.RestoreToken();
        Time.Advance(ProxmoxSession.Quiet);

        Assert.Empty((await client.GetResourcesAsync(default)).Data);
        Assert.Empty((await client.GetResourcesAsync(default)).Data);
    }

    [Fact]
    public async Task Token_file_that_was_changed_is_read_again_at_once()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Server.Token + "\n");
        await using var client = NewClient(new ProxmoxCredential(null, null, file));
        await client.GetResourcesAsync(default);
        Server.RevokeToken();
        Server.AddToken("other@pve!watch", "another-secret");
        Server.Allow("other@pve!watch", "/vms", "VM.Audit");
        await File.WriteAllTextAsync(file, "other@pve!watch=another-secret");

        Assert.Empty((await Run(client.GetResourcesAsync(default))).Data);
        File.Delete(file);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("something-secret without form")]
    public async Task Token_file_unusable_says_so(string? content)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, content ?? "");
        if (content is null)
        {
            File.Delete(file);
        }

        await using var client = NewClient(new ProxmoxCredential(null, null, file));

        var exception = await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => client.GetResourcesAsync(default));

        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception, "something-secret");
        File.Delete(file);
    }

    [Fact]
    public async Task Token_without_privileges_names_the_privilege()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.Forbid();
        Server.Allow(user: null, "/vms/101", "VM.Audit");
        await using var client = NewClient();

        var exception = await Assert.ThrowsAsync<ProxmoxForbiddenException>(() => client.ActAsync("pve1", Web, "start", [], default));

        Assert.Equal("VM.PowerMgmt", exception.Privilege);
        Assert.Equal("/vms/101", exception.Path);
        Assert.Equal("VM.Audit", (await Assert.ThrowsAsync<ProxmoxForbiddenException>(() => client.GetStatusAsync("pve1", new GuestId(GuestKind.Lxc, 102), default))).Privilege);
    }

    [Fact]
    public async Task Ticket_is_renewed_with_itself_after_an_hour()
    {
        await using var client = UserClient();
        await client.GetResourcesAsync(default);
        Time.Advance(TimeSpan.FromMinutes(61));
        await client.GetResourcesAsync(default);
        Time.Advance(TimeSpan.FromMinutes(61));

        await client.ActAsync("pve1", Web, "start", [], default);

        var logins = Server.Requests.Where(static request => request.Path == "/access/ticket").Select(static request => request.Parameters["password"]).ToList();
        Assert.Equal(3, logins.Count);
        Assert.Equal("pass word", logins[0]);
        Assert.All(logins.Skip(1), static password => Assert.StartsWith("PVE:", password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ticket_expired_midway_is_followed_by_one_login()
    {
        await using var client = UserClient();
        await client.GetResourcesAsync(default);
        Server.ForgetTickets();

        await Run(client.ActAsync("pve1", Web, "start", [], default));

        Assert.Equal(2, Server.Requests.Count(static request => request.Path == "/access/ticket"));
        Assert.Equal(2, Server.Requests.Count(static request => request.Path.EndsWith("/status/start", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Password_wrong_is_refused_without_showing_it()
    {
        Server.AddToken("ops@pam", "right");
        await using var client = NewClient(new ProxmoxCredential("ops@pam", "wrong-secret", null));

        var exception = await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => Run(client.GetResourcesAsync(default)));
        await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => client.GetResourcesAsync(default));

        Assert.Contains("ops@pam", exception.Message, StringComparison.Ordinal);
        AssertHasNoSecret(exception, "wrong-secret");
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task Second_factor_asks_for_a_token()
    {
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", """{"data":{"ticket":"PVE:!tfa!x","NeedTFA":1,"CSRFPreventionToken":"x","username":"ops@pam"}}"""), "/access/ticket");
        await using var client = UserClient();

        var exception = await Assert.ThrowsAsync<ProxmoxAuthenticationException>(() => client.GetResourcesAsync(default));

        Assert.Contains("use an API token", exception.Message, StringComparison.Ordinal);
    }

    private ProxmoxClient UserClient()
    {
        Server.AddGuest("lxc", 101, "web");
        Server.AddToken("ops@pam", "pass word");
        Server.Allow("ops@pam", "/vms", "VM.Audit", "VM.PowerMgmt");
        return NewClient(new ProxmoxCredential("ops@pam", "pass word", null));
    }
}
