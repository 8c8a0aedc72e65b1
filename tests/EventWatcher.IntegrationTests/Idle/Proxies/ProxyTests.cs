using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;
using Microsoft.AspNetCore.Http;

namespace EventWatcher.IntegrationTests;

/// <summary>The README's configurations in real proxies, before containers on the real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class ProxyTests(DockerEngineFixture engine)
{
    private const string Prefix = "/.eventwatcher/idle";

    public static TheoryData<string> Proxies => ["nginx", "caddy"];

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task Browser_gets_the_page_follows_progress_and_then_has_the_application(string proxy)
    {
        await using var house = await OpenAsync(proxy);
        var server = await house.AddWebServerAsync(static options => options.Aliases.Add(ReadmeConfiguration.Host));
        await using var front = await StartAsync(proxy, house, server.Port);
        using var client = NewClient(front);

        using var page = await client.SendAsync(Navigate("/index.html?a=1,2"));
        var text = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.NotNull(page.Headers.RetryAfter);
        Assert.Contains($"{Prefix}/{server.Name}/retry?to=" + Uri.EscapeDataString("/index.html?a=1,2"), text, StringComparison.Ordinal);

        // It follows progress below the same host, piece by piece.
        var events = text[text.IndexOf($"{Prefix}/{server.Name}/events", StringComparison.Ordinal)..].Split('"')[0];
        using var progress = await client.GetAsync(events, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", progress.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"type\":\"ready\"", await progress.Content.ReadAsStringAsync().WaitAsync(Deadline.Generous), StringComparison.Ordinal);

        using var application = await client.SendAsync(Navigate("/index.html"));
        Assert.Equal(HttpStatusCode.OK, application.StatusCode);
        Assert.Equal("hello\n", await application.Content.ReadAsStringAsync());
        Assert.Equal(1, house.House.Provider.Count("start", server.Id));
    }

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task Calls_of_every_kind_are_held_and_arrive_with_their_bodies(string proxy)
    {
        await using var house = await OpenAsync(proxy);
        var (id, port) = await AddAsync(house, EchoAsync);
        await using var front = await StartAsync(proxy, house, port);
        using var client = NewClient(front);
        var large = new byte[3 * 1024 * 1024];
        Random.Shared.NextBytes(large);

        using var form = new HttpRequestMessage(HttpMethod.Post, "/form?x=1") { Content = new FormUrlEncodedContent([new("name", "value")]) };
        form.Headers.Add("Sec-Fetch-Mode", "navigate");
        var answers = await Task.WhenAll(
            client.GetAsync("/call?a=1,2&b=%2F"),
            client.SendAsync(form),
            client.PutAsync("/large", new ByteArrayContent(large)),
            client.DeleteAsync("/thing"));

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal("GET /call?a=1,2&b=%2F ", await answers[0].Content.ReadAsStringAsync());
        Assert.Equal("POST /form?x=1 name=value", await answers[1].Content.ReadAsStringAsync());
        Assert.Equal($"PUT /large {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(large))}", await answers[2].Content.ReadAsStringAsync());
        Assert.Equal("DELETE /thing ", await answers[3].Content.ReadAsStringAsync());
        Assert.Equal(1, house.House.Provider.Count("start", id));
        Assert.Equal("running", (await engine.Control.FindAsync(id))?.State);
    }

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task Answers_of_the_application_are_left_as_they_are(string proxy)
    {
        await using var house = await OpenAsync(proxy);
        var (_, port) = await AddAsync(house, static context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], CultureInfo.InvariantCulture);
            context.Response.Headers["X-Mine"] = "1";
            return context.Response.StatusCode == 204 ? Task.CompletedTask : context.Response.WriteAsync("mine");
        });
        await using var front = await StartAsync(proxy, house, port);
        using var client = NewClient(front);

        foreach (var status in (int[])[200, 204, 302, 401, 403, 404, 418, 500, 502, 503])
        {
            using var answer = await client.GetAsync($"/{status}");

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(["1"], answer.Headers.GetValues("X-Mine"));
            Assert.Equal(status == 204 ? "" : "mine", await answer.Content.ReadAsStringAsync());
        }
    }

    [SkippableTheory]
    [InlineData("nginx", HttpStatusCode.Forbidden)]
    [InlineData("caddy", HttpStatusCode.ServiceUnavailable)]
    public async Task Health_probe_wakes_nothing(string proxy, HttpStatusCode expected)
    {
        await using var house = await OpenAsync(proxy);
        var (id, port) = await AddAsync(house, EchoAsync);
        await using var front = await StartAsync(proxy, house, port);
        using var client = NewClient(front);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("kube-probe", "1.31"));

        using var answer = await client.GetAsync("/health");

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(0, house.House.Provider.Count("start", id));
    }

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task Path_that_may_not_wake_is_403(string proxy)
    {
        await using var house = await OpenAsync(proxy);
        var (id, port) = await AddAsync(house, EchoAsync, static options => options.StartEndpoint = "/start");
        await using var front = await StartAsync(proxy, house, port);
        using var client = NewClient(front);

        using (var elsewhere = await client.GetAsync("/other"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
            Assert.Equal(0, house.House.Provider.Count("start", id));
        }

        Assert.Equal("GET /start?now ", await client.GetStringAsync("/start?now"));
        Assert.Equal("GET /other ", await client.GetStringAsync("/other"));
    }

    [SkippableTheory]
    [InlineData("nginx", false, HttpStatusCode.BadGateway, "start-failed")]
    [InlineData("caddy", false, HttpStatusCode.BadGateway, "start-failed")]
    [InlineData("nginx", true, HttpStatusCode.ServiceUnavailable, "starting")]
    [InlineData("caddy", true, HttpStatusCode.ServiceUnavailable, "starting")]
    public async Task Failure_is_told_with_its_reason(string proxy, bool isSlow, HttpStatusCode expected, string reason)
    {
        await using var house = await OpenAsync(proxy, static http => http.ForwardAuthHold = TimeSpan.FromSeconds(2));
        var name = $"idle-{Guid.NewGuid():N}";
        await engine.Control.CreateAsync(new ContainerSpec { Name = name, Command = isSlow ? new ContainerSpec().Command : ["/no/such/program"] });
        var port = FreePort.OfTcp();
        var options = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1), Address = $"127.0.0.1:{port}", StopTimeout = TimeSpan.FromSeconds(2) };
        options.Aliases.Add(ReadmeConfiguration.Host);
        house.House.Manager.GetOrAdd(name, options);
        await using var front = await StartAsync(proxy, house, port);
        using var client = NewClient(front);

        using var answer = await client.PostAsync("/", new StringContent("body"));

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Contains($"\"reason\":\"{reason}\"", text, StringComparison.Ordinal);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.DoesNotContain("/no/such", text, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("nginx", HttpStatusCode.Forbidden)]
    [InlineData("caddy", HttpStatusCode.NotFound)]
    public async Task Host_that_nobody_manages_is_refused_whatever_its_client_says(string proxy, HttpStatusCode expected)
    {
        await using var house = await OpenAsync(proxy);
        var (id, port) = await AddAsync(house, EchoAsync);
        await using var front = await StartAsync(proxy, house, port);
        using var client = NewClient(front);
        client.DefaultRequestHeaders.Host = "other.example.org";

        using (var plain = await client.GetAsync("/"))
        {
            Assert.Equal(expected, plain.StatusCode);
        }

        client.DefaultRequestHeaders.Add("X-Forwarded-Host", ReadmeConfiguration.Host);
        client.DefaultRequestHeaders.Add("X-Original-Host", ReadmeConfiguration.Host);
        client.DefaultRequestHeaders.Add("X-Forwarded-Uri", "/start");
        client.DefaultRequestHeaders.Add("X-Original-URI", "/start");
        using (var spoofed = await client.GetAsync("/"))
        {
            Assert.Equal(expected, spoofed.StatusCode);
        }

        // What proxies alone may ask is nobody else's to reach.
        foreach (var path in (string[])["forward-auth", "forward-auth/", "Forward-Auth", "%66orward-auth", "page", "page?container=x", "/forward-auth"])
        {
            using var inner = await client.GetAsync($"{Prefix}/{path}");
            Assert.True(inner.StatusCode == HttpStatusCode.NotFound, $"{path}: {inner.StatusCode}");
        }

        Assert.Equal(0, house.House.Provider.Count("start", id));
    }

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task Prefix_leads_to_the_gateway_and_control_stays_closed(string proxy)
    {
        await using var house = await OpenAsync(proxy);
        var server = await house.AddWebServerAsync(static options => options.Aliases.Add(ReadmeConfiguration.Host));
        await using var front = await StartAsync(proxy, house, server.Port);
        using var client = NewClient(front);

        Assert.Contains("\"status\":\"napping\"", await client.GetStringAsync($"{Prefix}/{server.Name}"), StringComparison.Ordinal);
        using var wake = await client.PostAsync($"{Prefix}/{server.Name}/wake", content: null);
        using var unknown = await client.GetAsync($"{Prefix}/nobody");

        Assert.Equal(HttpStatusCode.Forbidden, wake.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(0, house.House.Provider.Count("start", server.Id));
    }

    [SkippableTheory]
    [MemberData(nameof(Proxies))]
    public async Task WebSocket_wakes_and_passes(string proxy)
    {
        await using var house = await OpenAsync(proxy);
        var (id, port) = await AddAsync(house, static async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var message = await socket.ReceiveAsync(buffer, CancellationToken.None);
            await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        });
        await using var front = await StartAsync(proxy, house, port);
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Host", ReadmeConfiguration.Host);

        await client.ConnectAsync(new Uri($"ws://{front.Address.Authority}/chat"), CancellationToken.None).WaitAsync(Deadline.Generous);
        await client.SendAsync("word"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        var buffer = new byte[100];
        var answer = await client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Deadline.Generous);

        Assert.Equal("word", Encoding.ASCII.GetString(buffer, 0, answer.Count));
        Assert.Equal(1, house.House.Provider.Count("start", id));
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var said = body.Length > 1_000 ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(body.ToArray())) : Encoding.UTF8.GetString(body.ToArray());
        await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {said}"));
    }

    private static HttpRequestMessage Navigate(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        return request;
    }

    private static HttpClient NewClient(ProxyProcess front)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = front.Address, Timeout = TimeSpan.FromMinutes(1) };
        client.DefaultRequestHeaders.Host = ReadmeConfiguration.Host;
        return client;
    }

    private static Task<ProxyProcess> StartAsync(string proxy, IdleHttpHouse house, int application) =>
        ProxyProcess.StartAsync(proxy, house.Address.Port, application);

    private static async Task<(string Id, int Port)> AddAsync(IdleHttpHouse house, RequestDelegate answer, Action<IdleContainerOptions>? configure = null)
    {
        var (id, watcher) = await house.AddApplicationAsync(answer, options =>
        {
            options.Aliases.Add(ReadmeConfiguration.Host);
            configure?.Invoke(options);
        });
        return (id, new Uri("http://" + watcher.Options.Address).Port);
    }

    private Task<IdleHttpHouse> OpenAsync(string proxy, Action<EventWatcher.Idle.AspNetCore.IdleHttpOptions>? http = null)
    {
        engine.SkipUnlessAvailable();
        ProxyProcess.SkipUnlessInstalled(proxy);
        return IdleHttpHouse.OpenAsync(engine, http: http);
    }
}
