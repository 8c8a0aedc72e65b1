using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>What a client is answered, byte for byte.</summary>
public sealed class ForwardedAnswerTests
{
    [Theory]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", "204 No Content", "")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "204 No Content", "")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 100\r\n\r\n", "304 Not Modified", "")]
    [InlineData("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "205 Reset Content", "")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "200 OK", "")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200 OK", "")]
    [InlineData("GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 OK", "ok")]
    [InlineData("GET", "HTTP/1.0 200 Fine\r\n\r\nuntil the end", "200 Fine", "until the end")]
    [InlineData("GET", "HTTP/1.1 599 Odd\r\nContent-Length: 2\r\n\r\nok", "599 Odd", "ok")]
    public async Task Answer_of_any_form_comes_as_it_is(string method, string answer, string status, string body)
    {
        var (_, got) = await RawContainer.ExchangeAsync($"{method} / HTTP/1.1\r\nHost: {Site.Host}\r\nConnection: close\r\n\r\n", answer);

        Assert.StartsWith($"HTTP/1.1 {status}\r\n", got, StringComparison.Ordinal);
        Assert.Contains(body, BodyOf(got), StringComparison.Ordinal);
        if (body.Length == 0)
        {
            Assert.Empty(BodyOf(got));
        }

        if (answer.Contains("Content-Length: 100", StringComparison.Ordinal))
        {
            Assert.Contains("Content-Length: 100\r\n", got, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Length_beside_chunks_is_not_believed_and_not_sent_on()
    {
        var (_, got) = await ExchangeAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

        Assert.DoesNotContain("Content-Length", got, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("5\r\nhello\r\n0\r\n\r\n", got, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 999999\r\n\r\n")]
    public async Task Answer_that_nobody_asked_for_is_502(string answer)
    {
        var (_, got) = await ExchangeAsync(answer);

        Assert.StartsWith("HTTP/1.1 502", got, StringComparison.Ordinal);
        Assert.Contains("bad-gateway", got, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Disposition: attachment; filename=Grüße.txt")]
    [InlineData("X-Name: Grüße")]
    public async Task Letters_beyond_ascii_in_a_header_do_not_cost_the_answer(string header)
    {
        var (_, got) = await ExchangeAsync($"HTTP/1.1 200 OK\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(header))}\r\nX-Plain: 1\r\nContent-Length: 2\r\n\r\nok");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", got, StringComparison.Ordinal);
        Assert.Contains("X-Plain: 1\r\n", got, StringComparison.Ordinal);
        Assert.EndsWith("ok", got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_beyond_ascii_in_a_header_come_whole_where_the_server_takes_them()
    {
        var name = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("X-Name: Grüße €"));
        var (_, got) = await RawContainer.ExchangeAsync(
            $"GET / HTTP/1.1\r\nHost: {Site.Host}\r\nConnection: close\r\n\r\n",
            $"HTTP/1.1 200 OK\r\n{name}\r\nContent-Length: 2\r\n\r\nok",
            builder: static web => web.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(
                static server => server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1));

        Assert.Contains(name + "\r\n", got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_of_one_connection_end_here_and_others_keep_their_lines()
    {
        var (_, got) = await ExchangeAsync(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nAlt-Svc: h3=\":443\"\r\nProxy-Authenticate: Basic\r\n"
            + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: mine\r\nContent-Length: 2\r\n\r\nok");

        Assert.Contains("Set-Cookie: a=1\r\n", got, StringComparison.Ordinal);
        Assert.Contains("Set-Cookie: b=2\r\n", got, StringComparison.Ordinal);
        Assert.Contains("Server: mine\r\n", got, StringComparison.Ordinal);
        foreach (var name in (string[])["X-Hop", "Keep-Alive", "Alt-Svc", "Proxy-"])
        {
            Assert.DoesNotContain(name, got, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Application_that_refuses_an_upgrade_says_so_itself()
    {
        var (_, got) = await RawContainer.ExchangeAsync(
            $"GET / HTTP/1.1\r\nHost: {Site.Host}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 1\r\n\r\n",
            "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");

        Assert.StartsWith("HTTP/1.1 426", got, StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Version: 13\r\n", got, StringComparison.Ordinal);
        Assert.EndsWith("no", got, StringComparison.Ordinal);
    }

    private static string BodyOf(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    private static Task<(string Sent, string Answer)> ExchangeAsync(string answer) =>
        RawContainer.ExchangeAsync($"GET / HTTP/1.1\r\nHost: {Site.Host}\r\nConnection: close\r\n\r\n", answer);
}
