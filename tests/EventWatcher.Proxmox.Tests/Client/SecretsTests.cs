using System.Net;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Servers and proxies that repeat in their errors what they were sent: the secrets in it go no further.</summary>
public sealed class SecretsTests : ProxmoxTest
{
    private const string Password = "pass/word";
    private const string Ticket = "PVE:ops@pam:6592C000::c2VjcmV0LXRpY2tldA==";
    private const string Csrf = "6592C000:c3JmLXNlY3JldA";

    private static readonly GuestId Web = new(GuestKind.Lxc, 101);

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(502)]
    [InlineData(595)]
    public async Task Token_that_an_error_repeats_is_not_shown(int status)
    {
        Server.Inject(FakeProxmoxFault.Answer(status, $"bad PVEAPIToken={Server.Token}", $"you sent Authorization: PVEAPIToken={Server.Token}"), times: 9);
        await using var client = NewClient();

        var exception = await Record.ExceptionAsync(() => Run(client.ActAsync("pve1", Web, "start", [], default)));

        AssertHasNoSecret(Assert.IsAssignableFrom<ProxmoxException>(exception));
        Assert.Contains("PVEAPIToken=dotnet@pve!watch=…", exception!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ticket_and_csrf_token_that_an_error_repeats_are_not_shown(bool isEscaped)
    {
        Server.Inject(FakeProxmoxFault.Answer(200, "OK", $$"""{"data":{"ticket":"{{Ticket}}","CSRFPreventionToken":"{{Csrf}}","username":"ops@pam"} }"""), "/access/ticket", times: 9);
        var cookie = isEscaped ? WebUtility.UrlEncode(Ticket) : Ticket;
        Server.Inject(FakeProxmoxFault.Answer(500, "no", $"Cookie: PVEAuthCookie={cookie}, CSRFPreventionToken: {Csrf}"), "/status/start", times: 9);
        await using var client = NewClient(new ProxmoxCredential("ops@pam", Password, null));

        var exception = await Record.ExceptionAsync(() => Run(client.ActAsync("pve1", Web, "start", [], default)));

        AssertHasNoSecret(Assert.IsType<ProxmoxServerException>(exception), Ticket, cookie, Csrf, Password);
        Assert.Contains("Cookie: PVEAuthCookie=", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, Password)]
    [InlineData(401, Password)]
    [InlineData(500, "pass%2Fword")]
    public async Task Password_that_an_error_repeats_is_not_shown(int status, string shown)
    {
        Server.Inject(FakeProxmoxFault.Answer(status, $"password {shown}?", $"username=ops&password={shown}"), "/access/ticket", times: 9);
        await using var client = NewClient(new ProxmoxCredential("ops@pam", Password, null));

        var exception = await Record.ExceptionAsync(() => Run(client.GetResourcesAsync(default)));

        AssertHasNoSecret(Assert.IsAssignableFrom<ProxmoxException>(exception), shown, Password);
    }

    [Fact]
    public void Nothing_that_has_a_secret_shows_it_as_text()
    {
        var token = Connection();
        var user = Connection(new ProxmoxCredential("ops@pam", Password, null));
        var key = new ProxmoxHubKey(token, "lab", default, default, 1, Time);

        Assert.All(
            (string[])[token.ToString(), token.Credential.ToString(), user.ToString(), user.Credential.ToString(), key.ToString()],
            text =>
            {
                Assert.DoesNotContain(Server.Token.Split('=')[1], text, StringComparison.Ordinal);
                Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
            });
    }
}
