using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>What a container is sent, byte for byte.</summary>
public sealed class ForwardedRequestTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("/")]
    [InlineData("//double//slash")]
    [InlineData("/a%2Fb/%7Ec/%E2%82%AC?x=%20y&z=a,b")]
    [InlineData("/q?")]
    [InlineData("/semi;colon='\"|")]
    public async Task Target_goes_on_as_it_came(string target)
    {
        var (sent, answer) = await RawContainer.ExchangeAsync(Request($"GET {target} HTTP/1.1"), Ok);

        Assert.StartsWith($"GET {target} HTTP/1.1\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("ok", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/secret/../public", "/public")]
    [InlineData("/secret/%2e%2e/public?x=1", "/public?x=1")]
    public async Task Target_that_was_routed_by_what_its_dots_mean_is_sent_so(string target, string expected)
    {
        var (sent, _) = await RawContainer.ExchangeAsync(Request($"GET {target} HTTP/1.1"), Ok);

        Assert.StartsWith($"GET {expected} HTTP/1.1\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_that_something_before_has_changed_stays_changed()
    {
        var (sent, _) = await RawContainer.ExchangeAsync(Request("GET /old/a%20b?x=1 HTTP/1.1"), Ok, static app => app.Use((context, next) =>
        {
            context.Request.Path = "/new/a b";
            context.Request.QueryString = new QueryString("?x=2");
            return next(context);
        }));

        Assert.StartsWith("GET /new/a%20b?x=2 HTTP/1.1\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Base_of_the_path_is_the_applications_affair()
    {
        var (sent, _) = await RawContainer.ExchangeAsync(Request("GET /base/a%2Fb?x HTTP/1.1"), Ok, static app => app.UsePathBase("/base"));

        Assert.StartsWith("GET /a%2Fb?x HTTP/1.1\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asterisk_reaches_the_container()
    {
        var (sent, answer) = await RawContainer.ExchangeAsync(Request("OPTIONS * HTTP/1.1"), Ok);

        Assert.StartsWith("OPTIONS ", sent, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_makes_no_tunnel()
    {
        var (sent, answer) = await RawContainer.ExchangeAsync(
            $"CONNECT {Site.Host}:80 HTTP/1.1\r\nHost: {Site.Host}:80\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");

        Assert.Empty(sent);
        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_beyond_ascii_in_a_header_reach_the_container()
    {
        var word = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("Grüße €"));
        var (sent, answer) = await ExchangeBytesAsync(Request("GET / HTTP/1.1", $"X-Name: {word}", $"Cookie: a={word}"));

        Assert.Contains($"X-Name: {word}\r\n", sent, StringComparison.Ordinal);
        Assert.Contains($"Cookie: a={word}\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("ok", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("GET")]
    public async Task Upgrade_that_is_asked_for_changes_no_method(string method)
    {
        var (sent, answer) = await RawContainer.ExchangeAsync(Request($"{method} /thing HTTP/1.1", "Connection: Upgrade, close", "Upgrade: foo/2"), Ok);

        Assert.StartsWith($"{method} /thing HTTP/1.1\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("Upgrade: foo/2\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "Content-Length: 0")]
    [InlineData("PATCH", "Content-Length: 0")]
    [InlineData("GET", "X-Nothing: 1")]
    [InlineData("DELETE", "X-Nothing: 1")]
    public async Task Headers_that_speak_of_a_body_are_kept_where_there_is_none(string method, string length)
    {
        var (sent, _) = await RawContainer.ExchangeAsync(Request($"{method} / HTTP/1.1", length, "Content-Type: application/json", "Content-Language: de"), Ok);

        Assert.Contains("Content-Type: application/json\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("Content-Language: de\r\n", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", sent, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("X-Hop")]
    [InlineData("x-hop, other")]
    [InlineData("other,X-HOP")]
    public async Task Headers_of_one_connection_end_here_and_those_it_names(string connection)
    {
        var (sent, _) = await RawContainer.ExchangeAsync(
            // The first version closes by itself; of "close, X-Hop" the server keeps the first word alone.
            Request("GET / HTTP/1.0", $"Connection: {connection}", "X-Hop: 1", "Keep-Alive: timeout=5", "TE: gzip", "Proxy-Authorization: Basic eDp5", "X-End: 1"),
            Ok);

        Assert.Contains("X-End: 1\r\n", sent, StringComparison.Ordinal);
        foreach (var name in (string[])["X-Hop", "Keep-Alive", "TE:", "Proxy-", "\r\nConnection"])
        {
            Assert.DoesNotContain(name, sent, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("Host", "app.localhost")]
    [InlineData("Content-Type", "text/plain")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Proto", "http")]
    public async Task Client_that_calls_a_header_its_connections_cannot_take_it_away(string name, string value)
    {
        var (sent, _) = await RawContainer.ExchangeAsync(
            Request("POST / HTTP/1.1", "Content-Length: 4", "Content-Type: text/plain", $"Connection: close, {name}") + "body", Ok);

        Assert.Contains($"{name}: {value}\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nbody", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_says_of_proxies_before_is_not_believed()
    {
        var (sent, _) = await RawContainer.ExchangeAsync(
            Request("GET / HTTP/1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Forwarded-For: 6.6.6.6"), Ok);

        Assert.Contains("X-Forwarded-Proto: http\r\n", sent, StringComparison.Ordinal);
        Assert.Contains($"X-Forwarded-Host: {Site.Host}\r\n", sent, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For: 6.6.6.6, 127.0.0.1\r\n", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Length_and_chunks_at_once_are_one_body()
    {
        var (sent, _) = await RawContainer.ExchangeAsync(
            Request("POST / HTTP/1.1", "Content-Length: 100", "Transfer-Encoding: chunked") + "4\r\nbody\r\n0\r\n\r\n", Ok);

        Assert.DoesNotContain("\r\nContent-Length", sent, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\n4\r\nbody\r\n0\r\n\r\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_with_extensions_and_trailers_arrive_as_their_bytes()
    {
        var (sent, answer) = await RawContainer.ExchangeAsync(
            Request("POST / HTTP/1.1", "Transfer-Encoding: chunked", "Trailer: X-Sum") + "4;a=b\r\nbody\r\n3\r\n!!!\r\n0\r\nX-Sum: 7\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3;x\r\nyes\r\n0\r\nX-Sum: 3\r\n\r\n");

        Assert.Contains("body", sent, StringComparison.Ordinal);
        Assert.Contains("!!!", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Sum: 7", sent[..sent.IndexOf("\r\n\r\n", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("\r\n3\r\nyes\r\n0\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_of_the_first_version_is_served()
    {
        var (sent, answer) = await RawContainer.ExchangeAsync($"GET / HTTP/1.0\r\nHost: {Site.Host}\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n");

        Assert.StartsWith("GET / HTTP/1.1\r\n", sent, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nyes", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_that_waits_to_be_told_to_go_on_is_told()
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(container.Address);
        using var client = await site.OpenAsync(Request("POST / HTTP/1.1", "Content-Length: 4", "Expect: 100-continue"));

        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await RawContainer.ReadAsync(client, static text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal)));
        await client.SendAsync("body"u8.ToArray());
        using var served = await container.AcceptAsync();
        var sent = await RawContainer.ReadAsync(served, static text => text.EndsWith("body", StringComparison.Ordinal));
        Assert.DoesNotContain("Expect", sent, StringComparison.OrdinalIgnoreCase);
        await served.SendAsync(Encoding.ASCII.GetBytes(Ok));

        Assert.EndsWith("ok", await RawContainer.ReadAsync(client, static text => text.EndsWith("ok", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 100")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Upload_that_is_given_up_is_no_whole_one_to_the_container(string length)
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(container.Address);
        using var client = await site.OpenAsync(Request("POST / HTTP/1.1", length) + "4\r\nbody\r\n");
        using var served = await container.AcceptAsync();
        await RawContainer.ReadAsync(served, static text => text.Contains("body", StringComparison.Ordinal));

        client.Dispose();

        Assert.DoesNotContain("0\r\n\r\n", await RawContainer.ReadAsync(served, static _ => false), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    [Fact]
    public async Task Body_that_is_larger_than_the_server_allows_is_413()
    {
        using var container = new RawContainer();
        await using var site = await RawContainer.SiteAsync(
            container.Address,
            builder: static web => web.Services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(static server => server.Limits.MaxRequestBodySize = 10));
        using var client = await site.OpenAsync(Request("POST / HTTP/1.1", "Content-Length: 100", "Connection: close"));

        var answer = await RawContainer.ReadAsync(client, static _ => false);

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    private static string Request(params string[] lines)
    {
        // The answer's end is to be the connection's, unless the request says something else of it.
        var close = Array.Exists(lines, static line => line.StartsWith("Connection:", StringComparison.Ordinal) || line.StartsWith("Expect", StringComparison.Ordinal)) ? "" : "Connection: close\r\n";
        return $"{lines[0]}\r\nHost: {Site.Host}\r\n{close}{string.Concat(lines.Skip(1).Select(static line => line + "\r\n"))}\r\n";
    }

    private static Task<(string Sent, string Answer)> ExchangeBytesAsync(string request) => RawContainer.ExchangeAsync(request, Ok);
}
