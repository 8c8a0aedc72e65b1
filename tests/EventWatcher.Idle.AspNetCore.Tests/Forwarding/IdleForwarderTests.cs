using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using EventWatcher.Tests.Shared;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class IdleForwarderTests
{
    [Theory]
    [InlineData(nameof(IdleForwarderOptions.ConnectTimeout), "00:00:00")]
    [InlineData(nameof(IdleForwarderOptions.PooledConnectionIdleTimeout), "01:00:01")]
    [InlineData(nameof(IdleForwarderOptions.MaxSilence), "00:00:00")]
    [InlineData(nameof(IdleForwarderOptions.MaxSilence), "1.00:00:01")]
    public void Option_out_of_its_range_is_refused_by_name_and_value(string option, string value)
    {
        var options = new IdleForwarderOptions();
        typeof(IdleForwarderOptions).GetProperty(option)!.SetValue(options, TimeSpan.Parse(value, CultureInfo.InvariantCulture));

        var refused = Assert.Throws<OptionsValidationException>(() => new IdleForwarder(options));

        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
        Assert.Contains(value, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_goes_on_as_it_came_and_the_answer_comes_back()
    {
        await using var backend = await Backend.StartAsync(static async context =>
        {
            var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            using var reader = new StreamReader(context.Request.Body);
            context.Response.StatusCode = 418;
            context.Response.Headers["X-Two"] = new[] { "a", "b" };
            context.Response.Headers["Keep-Alive"] = "timeout=5";
            var headers = string.Join(';', context.Request.Headers.Select(static pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
            await context.Response.WriteAsync($"{context.Request.Method} {raw} {context.Request.Host} {await reader.ReadToEndAsync()}|{headers}");
        });
        await using var site = await StartAsync(backend.Address);
        using var socket = await site.OpenAsync(
            "PUT /a%2Fb/%7Ec?x=%20y HTTP/1.1", $"Host: {Site.Host}", "X-Mine: 1", "Connection: close", "Content-Length: 4", "", "body");

        var answer = await ReadToEndAsync(socket);

        Assert.StartsWith("HTTP/1.1 418", answer, StringComparison.Ordinal);
        Assert.Contains($"PUT /a%2Fb/%7Ec?x=%20y {Site.Host} body|", answer, StringComparison.Ordinal);
        Assert.Contains("X-Mine=1", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-For=127.0.0.1", answer, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto=http", answer, StringComparison.Ordinal);
        Assert.Contains($"X-Forwarded-Host={Site.Host}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Keep-Alive", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Host_that_leads_nowhere_is_404()
    {
        await using var backend = await Backend.StartAsync(static context => context.Response.WriteAsync("here"));
        await using var site = await StartAsync(backend.Address);

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("Host", "other")));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Body_streams_both_ways_at_the_same_time()
    {
        await using var backend = await Backend.StartAsync(static async context =>
        {
            var buffer = new byte[100];
            int count;
            await context.Response.StartAsync();
            while ((count = await context.Request.Body.ReadAsync(buffer)) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await context.Response.Body.FlushAsync();
            }
        }, HttpProtocols.Http2);
        await using var site = await StartAsync(backend.Address, "h2c", HttpProtocols.Http2);
        var pipe = new System.IO.Pipelines.Pipe();
        var request = Site.Request(HttpMethod.Post, "/");
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Content = new PipeContent(pipe.Reader);
        await pipe.Writer.WriteAsync("first"u8.ToArray());

        using var answer = await site.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        await using var stream = await answer.Content.ReadAsStreamAsync();
        foreach (var word in (string[])["first", "second", "third"])
        {
            var heard = new byte[word.Length];
            await stream.ReadExactlyAsync(heard).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(word, Encoding.ASCII.GetString(heard));
            if (word != "third")
            {
                await pipe.Writer.WriteAsync(word == "first" ? "second"u8.ToArray() : "third"u8.ToArray());
            }
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task Headers_of_a_stream_that_says_nothing_yet_come_at_once()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("data: 1\n\n");
        });
        await using var site = await StartAsync(backend.Address);

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"), HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        goOn.SetResult();

        Assert.Equal("data: 1\n\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Last_piece_of_an_answer_with_a_length_is_not_kept_back()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var site = await StartAsync(listener.LocalEndpoint.ToString()!);
        var request = site.SendAsync(Site.Request(HttpMethod.Get, "/"), HttpCompletionOption.ResponseHeadersRead);
        using var container = await listener.AcceptSocketAsync();
        await container.ReceiveAsync(new byte[1_000]);
        await container.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"u8.ToArray());
        using var answer = await request.WaitAsync(TimeSpan.FromSeconds(30));

        await container.SendAsync("last"u8.ToArray());

        Assert.Equal("last", await answer.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task WebSocket_passes_through_and_holds_a_lease()
    {
        await using var backend = await Backend.StartAsync(static async context =>
        {
            using var server = await context.WebSockets.AcceptWebSocketAsync("chat");
            var buffer = new byte[100];
            while (await server.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } message)
            {
                await server.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            await server.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        });
        await using var site = await StartAsync(backend.Address);
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("chat");
        client.Options.SetRequestHeader("Host", Site.Host);
        await client.ConnectAsync(new Uri($"ws://{site.Address.Authority}/chat"), CancellationToken.None);

        var buffer = new byte[100];
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"word {i}"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var answer = await client.ReceiveAsync(buffer, CancellationToken.None);
            Assert.Equal($"word {i}", Encoding.ASCII.GetString(buffer, 0, answer.Count));
        }

        Assert.Equal("chat", client.SubProtocol);
        Assert.Equal(1, site.App.Snapshot().Leases);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    [Fact]
    public async Task Grpc_call_goes_on_as_http2_with_its_trailers()
    {
        await using var backend = await Backend.StartAsync(
            static async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Request.Body.CopyToAsync(context.Response.Body);
                context.Response.AppendTrailer("grpc-status", "0");
                context.Response.AppendTrailer("x-protocol", context.Request.Protocol);
            },
            HttpProtocols.Http2);
        await using var site = await StartAsync(backend.Address, protocols: HttpProtocols.Http2);
        using var client = site.NewClient();
        var request = Site.Request(HttpMethod.Post, "/service/Method", ("TE", "trailers"));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Content = new ByteArrayContent([1, 2, 3]);
        request.Content.Headers.ContentType = new("application/grpc");

        using var answer = await client.SendAsync(request);

        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(["0"], answer.TrailingHeaders.GetValues("grpc-status"));
        Assert.Equal(["HTTP/2"], answer.TrailingHeaders.GetValues("x-protocol"));
    }

    [Fact]
    public async Task Container_that_refuses_at_first_is_dialled_again()
    {
        var port = FreePort.OfTcp();
        await using var site = await StartAsync($"127.0.0.1:{port}");
        var request = site.Client.PostAsync("/", new StringContent("body"));
        await site.WokenAsync();
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 1);

        await using var backend = await Backend.StartAsync(Site.EchoAsync, port: port);

        Assert.Equal("POST / body", await (await request).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Connection_that_is_cut_before_the_answer_is_tried_again_at_first()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var site = await StartAsync(listener.LocalEndpoint.ToString()!);
        var request = site.Client.GetStringAsync("/");

        using (var first = await listener.AcceptSocketAsync())
        {
            await first.ReceiveAsync(new byte[1_000]);
        }

        using var second = await listener.AcceptSocketAsync();
        await second.ReceiveAsync(new byte[1_000]);
        await second.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere"u8.ToArray());

        Assert.Equal("here", await request);
    }

    [Fact]
    public async Task Post_whose_body_is_gone_is_not_sent_twice()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var site = await StartAsync(listener.LocalEndpoint.ToString()!);
        var request = site.Client.PostAsync("/", new StringContent("pay"));

        using (var first = await listener.AcceptSocketAsync())
        {
            await ReadUntilAsync(first, "pay");
        }

        using var answer = await request;
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Answer_that_is_cut_is_cut_for_the_client_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var site = await StartAsync(listener.LocalEndpoint.ToString()!);
        var request = site.SendAsync(Site.Request(HttpMethod.Get, "/"), HttpCompletionOption.ResponseHeadersRead);

        using (var only = await listener.AcceptSocketAsync())
        {
            await only.ReceiveAsync(new byte[1_000]);
            await only.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
        }

        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var answer = await request;
            await answer.Content.ReadAsStringAsync();
        });
    }

    [Fact]
    public async Task Connections_of_an_earlier_life_are_not_used_again()
    {
        var connections = new HashSet<string>(StringComparer.Ordinal);
        await using var backend = await Backend.StartAsync(context => context.Response.WriteAsync(context.Connection.Id));
        await using var site = await StartAsync(backend.Address);

        for (var life = 0; life < 3; life++)
        {
            string[] used = [await site.Client.GetStringAsync("/"), await site.Client.GetStringAsync("/")];
            Assert.DoesNotContain(used, connections.Contains);
            connections.UnionWith(used);
            await Eventually.TrueAsync(() => site.App.SleepAsync());
        }

        await Eventually.TrueAsync(() => site.Services.GetRequiredService<IdleForwarder>().TargetCount == 0);
    }

    [Fact]
    public async Task Client_that_goes_away_ends_the_containers_request()
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await Backend.StartAsync(async context =>
        {
            began.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                ended.SetResult();
            }
        });
        await using var site = await StartAsync(backend.Address);
        using (var socket = await site.OpenAsync("GET / HTTP/1.1", $"Host: {Site.Host}", "", ""))
        {
            await began.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    private sealed class PipeContent(System.IO.Pipelines.PipeReader reader) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            while (await reader.ReadAsync() is var read && !(read.IsCompleted && read.Buffer.IsEmpty))
            {
                await stream.WriteAsync(read.Buffer.First);
                await stream.FlushAsync();
                reader.AdvanceTo(read.Buffer.GetPosition(read.Buffer.First.Length));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static Task<Site> StartAsync(string address, string scheme = "http", HttpProtocols protocols = HttpProtocols.Http1) => Site.StartAsync(
        container => (container.Address, container.Scheme) = (address, scheme),
        protocols: protocols,
        pipeline: static app =>
        {
            app.UseIdleWake();
            app.UseIdleForwarder();
        });

    private static async Task<string> ReadUntilAsync(Socket socket, string word)
    {
        var text = "";
        var buffer = new byte[4_096];
        while (!text.Contains(word, StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(count > 0, $"It ended with: {text}");
            text += Encoding.ASCII.GetString(buffer, 0, count);
        }

        return text;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = "";
        var buffer = new byte[4_096];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30))) > 0)
        {
            text += Encoding.ASCII.GetString(buffer, 0, count);
        }

        return text;
    }
}
