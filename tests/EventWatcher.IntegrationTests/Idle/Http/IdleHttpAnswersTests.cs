using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using EventWatcher.Idle;
using Microsoft.AspNetCore.Http;

namespace EventWatcher.IntegrationTests;

/// <summary>Who gets which answer while a container on the real engine sleeps.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleHttpAnswersTests(DockerEngineFixture engine)
{
    private const string Prefix = "/.eventwatcher/idle";

    [SkippableFact]
    public async Task Navigation_gets_the_page_and_everything_else_the_real_answer_with_its_body()
    {
        engine.SkipUnlessAvailable();
        var mayBeReady = false;
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(
            EchoAsync,
            options => options.HealthProbe = new DelegateHealthProbe((_, _) => ValueTask.FromResult(Volatile.Read(ref mayBeReady) ? null : "not yet")));

        foreach (var headers in new[] { Headers(("Sec-Fetch-Mode", "navigate")), Headers(("Accept", "text/html,*/*;q=0.8")) })
        {
            using var page = await SendAsync(house, HttpMethod.Get, "/deep?x=1", headers);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.True(page.Headers.CacheControl?.NoStore);
            Assert.NotNull(page.Headers.RetryAfter);
        }

        using var http2 = house.NewClient(isHttp2: true);
        var waiting = new List<Task<HttpResponseMessage>>
        {
            SendAsync(house, HttpMethod.Get, "/curl", Headers(("User-Agent", "curl/8.5.0"), ("Accept", "*/*"))),
            SendAsync(house, HttpMethod.Get, "/fetch", Headers(("Sec-Fetch-Mode", "cors"), ("Accept", "text/html, */*"))),
            SendAsync(house, HttpMethod.Post, "/form", Headers(("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")), new FormUrlEncodedContent([new("name", "value")])),
            SendAsync(house, HttpMethod.Post, "/post", Headers(("Accept", "text/html")), new StringContent("body")),
            http2.PostAsync("/h2", new StringContent("two")),
        };
        await Deadline.UntilAsync(() => watcher.Snapshot().Waiting >= waiting.Count, () => $"all to wait; there are {watcher.Snapshot().Waiting}");
        Volatile.Write(ref mayBeReady, true);

        var answers = await Task.WhenAll(waiting);
        Assert.Equal(
            ["GET /curl ", "GET /fetch ", "POST /form name=value", "POST /post body", "POST /h2 two"],
            await Task.WhenAll(answers.Select(static answer => answer.Content.ReadAsStringAsync())));
        Assert.Equal(1, house.House.Provider.Count("start", id));
    }

    [SkippableFact]
    public async Task Grpc_call_to_a_sleeping_container_is_answered_with_its_trailers()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, _) = await house.AddApplicationAsync(
            static async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Request.Body.CopyToAsync(context.Response.Body);
                context.Response.AppendTrailer("grpc-status", "0");
            },
            static options => options.Scheme = "h2c",
            isHttp2: true);
        using var client = house.NewClient(isHttp2: true);
        using var call = new HttpRequestMessage(HttpMethod.Post, "/service/Method")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 1, 42]),
        };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        call.Headers.TE.ParseAdd("trailers");

        using var answer = await client.SendAsync(call);

        Assert.Equal([0, 0, 0, 0, 1, 42], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(["0"], answer.TrailingHeaders.GetValues("grpc-status"));
        Assert.Equal(1, house.House.Provider.Count("start", id));
    }

    [SkippableFact]
    public async Task Bystanders_are_told_that_it_sleeps_and_other_paths_than_the_start_endpoint_403()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, _) = await house.AddApplicationAsync(EchoAsync, static options =>
        {
            options.StartEndpoint = "/start";
            options.WakeOn.IgnoredUserAgents.Add("MyMonitor");
        });

        foreach (var (path, headers) in new[]
        {
            ("/start", Headers(("User-Agent", "kube-probe/1.31"))),
            ("/start", Headers(("User-Agent", "mymonitor 2"))),
            ("/start", Headers(("Sec-Purpose", "prefetch"))),
            ("/favicon.ico", Headers(("Accept", "image/*"))),
        })
        {
            using var answer = await SendAsync(house, HttpMethod.Get, path, headers);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(["dormant"], answer.Headers.GetValues("X-EventWatcher-Idle"));
        }

        using (var elsewhere = await SendAsync(house, HttpMethod.Get, "/other", Headers()))
        {
            Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
            Assert.Contains("\"reason\":\"start-endpoint\"", await elsewhere.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, house.House.Provider.Count("start", id));
        Assert.Equal("GET /start ", await house.Client.GetStringAsync("/start"));
    }

    [SkippableFact]
    public async Task Engine_that_is_down_is_503_with_its_reason_until_it_is_there_again()
    {
        engine.SkipUnlessPrivate();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, _) = await house.AddApplicationAsync(EchoAsync);
        await engine.Host.KillAsync();
        try
        {
            using var answer = await house.Client.GetAsync("/");
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}: {text}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains("\"reason\":\"engine-unreachable\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("docker.sock", text, StringComparison.Ordinal);
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        finally
        {
            await engine.Host.StartAsync();
        }

        await Deadline.UntilAsync(
            async () =>
            {
                using var answer = await house.Client.GetAsync("/");
                return answer.StatusCode == HttpStatusCode.OK;
            },
            static () => "the application's answer");
        Assert.Equal("running", (await engine.Control.FindAsync(id))?.State);
    }

    [SkippableFact]
    public async Task Client_whose_body_is_larger_than_the_buffer_frees_its_place_when_its_time_is_up()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(EchoAsync, static options =>
        {
            options.MaxHold = TimeSpan.FromSeconds(3);
            options.HealthProbe = new DelegateHealthProbe(static (_, _) => ValueTask.FromResult<string?>("never"));
        });
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, house.Address.Port);
            await socket.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 10000000\r\n\r\n"u8.ToArray());
            await socket.SendAsync(new byte[200_000]);
            await Deadline.UntilAsync(() => watcher.Snapshot().Waiting == 1, static () => "one who waits");
        }

        await Deadline.UntilAsync(() => watcher.Snapshot().Waiting == 0, static () => "nobody who waits");
        Assert.NotEqual(IdleState.Napping, watcher.State);
        Assert.Equal(1, house.House.Provider.Count("start", id));
    }

    [SkippableFact]
    public async Task Control_is_closed_and_unknown_names_are_as_paths_that_are_not_there()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(EchoAsync);
        var runs = $"unmanaged-{Guid.NewGuid():N}";
        await engine.Control.RunAsync(new ContainerSpec { Name = runs });

        foreach (var path in new[] { $"{watcher.Name}/wake", $"{watcher.Name}/sleep", $"{runs}/wake", "nobody/sleep" })
        {
            using var answer = await house.Client.PostAsync($"{Prefix}/{path}", content: null);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        // One that runs on the host and is not managed, one that doesn't exist, and no such path at all.
        foreach (var path in new[] { runs, $"{runs}/events", "nobody", "nobody/events", "a/b/c" })
        {
            using var answer = await house.Client.GetAsync($"{Prefix}/{path}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("", await answer.Content.ReadAsStringAsync());
            Assert.Equal("Content-Length: 0", answer.Content.Headers.ToString().Trim());
        }

        Assert.Equal(0, house.House.Provider.Count("start", id));
    }

    [SkippableFact]
    public async Task Progress_is_resumed_without_loss_or_repetition_and_thousand_readers_that_stop_reading_hold_nothing_up()
    {
        engine.SkipUnlessAvailable();
        var mayBeReady = false;
        await using var house = await IdleHttpHouse.OpenAsync(engine, http: static http => http.HeartbeatInterval = TimeSpan.FromSeconds(1));
        var (_, watcher) = await house.AddApplicationAsync(
            EchoAsync,
            options => options.HealthProbe = new DelegateHealthProbe((_, _) => ValueTask.FromResult(Volatile.Read(ref mayBeReady) ? null : "not yet")));
        var path = $"{Prefix}/{watcher.Name}/events";
        using (await SendAsync(house, HttpMethod.Get, "/", Headers(("Sec-Fetch-Mode", "navigate"))))
        {
            await Deadline.UntilAsync(() => watcher.State == IdleState.Starting, static () => "a start");
        }

        // One that is cut in the middle, one that hears all of it, and many that never read.
        var cut = await ReadProgressAsync(house, path, lastId: null, until: "container-woke");
        var whole = ReadProgressAsync(house, path, lastId: null, until: "ready");
        var beat = await ReadProgressAsync(house, path, cut[^1].Id, until: "heartbeat");
        Assert.Null(beat[^1].Id);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 998; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1_024 };
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, house.Address.Port);
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: app.localhost\r\n\r\n"));
            }

            Volatile.Write(ref mayBeReady, true);
            Assert.Equal("GET /after ", await house.Client.GetStringAsync("/after").WaitAsync(Deadline.Generous));
            var all = (await whole).Where(static item => item.Id is not null).ToList();

            // Once they hang up there is room again.
            sockets.ForEach(static socket => socket.Dispose());
            var rest = await ReadProgressAsync(house, path, cut[^1].Id, until: "ready");
            Assert.Equal(all, [.. cut.Where(static item => item.Id is not null), .. rest.Where(static item => item.Id is not null)]);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private static async Task<List<(string Type, string? Id)>> ReadProgressAsync(IdleHttpHouse house, string path, string? lastId, string until)
    {
        HttpResponseMessage answer = null!;
        await Deadline.UntilAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                if (lastId is not null)
                {
                    request.Headers.Add("Last-Event-ID", lastId);
                }

                answer = await house.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                return answer.IsSuccessStatusCode;
            },
            () => $"progress; {answer.StatusCode}");
        using (answer)
        {
            var items = new List<(string, string?)>();
            await using var stream = await answer.Content.ReadAsStreamAsync();
            var before = lastId;
            await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync())
            {
                using var json = System.Text.Json.JsonDocument.Parse(item.Data);
                var type = json.RootElement.GetProperty("type").GetString()!;
                items.Add((type, item.EventId is { Length: > 0 } id && id != before ? before = id : null));
                if (type == until)
                {
                    return items;
                }
            }

            throw new InvalidOperationException($"It ended before {until}: {string.Join(", ", items)}");
        }
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path} {await reader.ReadToEndAsync()}");
    }

    private static (string Name, string Value)[] Headers(params (string Name, string Value)[] headers) => headers;

    private static async Task<HttpResponseMessage> SendAsync(IdleHttpHouse house, HttpMethod method, string path, (string Name, string Value)[] headers, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await house.Client.SendAsync(request);
    }
}
