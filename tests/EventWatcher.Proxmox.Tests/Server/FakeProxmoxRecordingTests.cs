using System.Net;
using System.Text;
using System.Text.Json;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>The fake server answers every recorded request as the real daemons did.</summary>
public sealed class FakeProxmoxRecordingTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Recordings_are_answered_as_by_the_real_daemons()
    {
        await using var server = new FakeProxmox(new FakeProxmoxOptions { TimeProvider = _time, TaskDuration = TimeSpan.FromSeconds(3), CachePeriod = TimeSpan.Zero });
        server.AddToken("dotnet@pve", "password");
        server.Allow("dotnet@pve", "/", "Sys.Audit");
        server.Allow("dotnet@pve", "/vms", "VM.Audit", "VM.PowerMgmt");
        server.AddGuest("lxc", 101, "web101", isRunning: true, tags: "prod;web");
        server.AddGuest("lxc", 102, "web102", tags: "prod;web");
        using var http = NewClient(server);
        var identifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        var login = "{}";
        var answered = 0;
        foreach (var recorded in Fixtures.Exchanges)
        {
            _time.Advance(PauseBefore(recorded.Name));
            using var request = Request(server, recorded, identifiers, login);
            using var response = await Pump.CompletesAsync(_time, http.SendAsync(request, CancellationToken.None), () => server.Delayed > 0);
            var body = await response.Content.ReadAsStringAsync();

            try
            {
                AssertSame(recorded, response, body);
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                Assert.Fail($"{recorded.Name}: {exception.Message}\n{body}");
            }

            answered++;
            login = recorded.Name == "ticket.ok" ? body : login;
            if (recorded.Method == "POST" && recorded.Body.Contains("\"UPID:", StringComparison.Ordinal))
            {
                identifiers[Data(recorded.Body)] = Data(body);
            }
        }

        Assert.Equal(90, answered);
    }

    private static HttpMessageInvoker NewClient(FakeProxmox server) => new(new SocketsHttpHandler
    {
        SslOptions = ProxmoxTls.OptionsFor(new ProxmoxConnection(server.Endpoint, "fake", new ProxmoxCredential(null, server.Token, null), server.Fingerprint.Replace(":", ""), null, TimeSpan.FromSeconds(10))),
        UseCookies = false,
    });

    private static TimeSpan PauseBefore(string name) => name switch
    {
        _ when name.EndsWith(".status.done", StringComparison.Ordinal) => TimeSpan.FromSeconds(3),
        _ when name.EndsWith(".cluster-tasks.done", StringComparison.Ordinal) => TimeSpan.FromSeconds(2),
        _ => TimeSpan.FromMilliseconds(600),
    };

    private static HttpRequestMessage Request(FakeProxmox server, RecordedExchange recorded, Dictionary<string, string> identifiers, string login)
    {
        var path = identifiers.Aggregate(recorded.Path, static (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
        var form = recorded.Form;
        if (recorded.Name == "ticket.renew")
        {
            form = "username=dotnet%40pve&password=" + Uri.EscapeDataString(JsonDocument.Parse(login).RootElement.GetProperty("data").GetProperty("ticket").GetString()!);
        }

        var request = new HttpRequestMessage(new HttpMethod(recorded.Method), new Uri(server.Endpoint, path)) { Version = HttpVersion.Version11 };
        if (form is not null)
        {
            request.Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");
        }

        if (recorded.Name is "ticket.no-csrf" or "ticket.get")
        {
            request.Headers.Add("Cookie", "PVEAuthCookie=" + Uri.EscapeDataString(JsonDocument.Parse(login).RootElement.GetProperty("data").GetProperty("ticket").GetString()!));
        }
        else if (!recorded.Name.StartsWith("ticket.", StringComparison.Ordinal) && recorded.Name != "auth.none")
        {
            request.Headers.TryAddWithoutValidation("Authorization", "PVEAPIToken=" + (recorded.Name == "auth.bad-token" ? "dotnet@pve!watch=wrong" : server.Token));
        }

        return request;
    }

    private static void AssertSame(RecordedExchange recorded, HttpResponseMessage response, string body)
    {
        Assert.Equal(recorded.Status, (int)response.StatusCode);
        Assert.Equal(recorded.Reason, response.ReasonPhrase);
        Assert.Equal(recorded.Connection, response.Headers.Connection);
        Assert.Equal(recorded.ContentType, response.Content.Headers.ContentType?.ToString().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("pve-api-daemon/3.0", response.Headers.Server.ToString());
        if (recorded.ContentType is null)
        {
            Assert.Equal(recorded.Body, body);
        }
        else
        {
            JsonShape.AssertSame(recorded.Body, body);
        }
    }

    private static string Data(string body) => JsonDocument.Parse(body).RootElement.GetProperty("data").GetString()!;
}
