using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EventWatcher.IntegrationTests;

/// <summary>Idle over HTTP on the real engine: nobody sees that a container slept, but for the time it takes.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleHttpTests(DockerEngineFixture engine)
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS") == "long";

    /// <summary>How long a stream lasts that outlives the idle time of a second.</summary>
    private static readonly int StreamSeconds = IsLong ? 60 : 4;

    [SkippableFact]
    public async Task Five_hundred_requests_at_once_make_one_start_and_are_all_served()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, _) = await house.AddApplicationAsync(static context => context.Response.WriteAsync("hello"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => house.Client.GetAsync("/")));

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, house.House.Provider.Count("start", id));
    }

    [SkippableFact]
    public async Task More_than_may_wait_are_refused_at_once_and_the_others_served()
    {
        engine.SkipUnlessAvailable();
        var mayBeReady = false;
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(
            static context => context.Response.WriteAsync("hello"),
            options =>
            {
                options.MaxWaiting = 1_000;
                options.HealthProbe = new DelegateHealthProbe((_, _) => ValueTask.FromResult(Volatile.Read(ref mayBeReady) ? null : "not yet"));
            });
        using var client = house.NewClient(isHttp2: true);
        var before = Process.GetCurrentProcess().WorkingSet64;

        var requests = Enumerable.Range(0, 5_000).Select(_ => client.GetAsync("/")).ToList();
        await Deadline.UntilAsync(() => requests.Count(static request => request.IsCompleted) == 4_000, () => $"4,000 answers; there are {requests.Count(static request => request.IsCompleted)}");
        var refused = requests.Where(static request => request.IsCompleted).Select(static request => request.Result).ToList();
        var grown = Process.GetCurrentProcess().WorkingSet64 - before;
        Assert.All(refused, static answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.All(refused, static answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.Equal(1_000, watcher.Snapshot().Waiting);
        Volatile.Write(ref mayBeReady, true);

        var answers = await Task.WhenAll(requests);
        Assert.Equal(1_000, answers.Count(static answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(1, house.House.Provider.Count("start", id));

        // Clients and all: some 50 KB for each of them.
        Assert.InRange(grown, long.MinValue, 300L * 1024 * 1024);
    }

    [SkippableFact]
    public async Task Download_websocket_and_event_stream_outlive_the_idle_time_and_then_it_sleeps()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(StreamAsync);

        var download = house.Client.GetStringAsync("/download");
        await house.House.ReachesAsync(watcher, IdleState.Ready);
        var events = house.Client.GetStringAsync("/events");
        var socket = ChatAsync(house.Address);
        var expected = string.Concat(Enumerable.Range(0, StreamSeconds * 2).Select(static i => $"data: {i}\n\n"));

        Assert.Equal(expected, await download);
        Assert.Equal(expected, await events);
        Assert.Equal(StreamSeconds * 2, await socket);
        Assert.Equal(0, house.House.Provider.Count("stop", id));
        await house.House.ReachesAsync(watcher, IdleState.Napping);
        Assert.Equal(1, house.House.Provider.Count("stop", id));
        Assert.Equal(1, house.House.Provider.Count("start", id));
    }

    [SkippableFact]
    public async Task Requests_over_many_cycles_of_sleeping_and_waking_are_all_served()
    {
        engine.SkipUnlessAvailable();
        var cycles = IsLong ? 50 : 5;
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var server = await house.AddWebServerAsync(static options => options.IdleTimeout = TimeSpan.FromMinutes(5));
        var problems = new ConcurrentQueue<string>();
        var served = 0;
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var answer = await house.Client.GetAsync("/index.html", CancellationToken.None);
                    var text = await answer.Content.ReadAsStringAsync();
                    if (answer.StatusCode != HttpStatusCode.OK || text != "hello\n")
                    {
                        problems.Enqueue($"{answer.StatusCode}: {text}");
                    }

                    Interlocked.Increment(ref served);
                }
                catch (HttpRequestException exception)
                {
                    problems.Enqueue(exception.ToString());
                }

                await Task.Delay(random.Next(0, 8));
            }
        })).ToList();

        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await house.House.ReachesAsync(server.Watcher, IdleState.Ready);
            var before = Volatile.Read(ref served);
            await Deadline.UntilAsync(() => Volatile.Read(ref served) > before + 10, static () => "ten more requests");
            await Deadline.UntilAsync(() => server.Watcher.SleepAsync(), static () => "a sleep");
        }

        await stop.CancelAsync();
        await Task.WhenAll(workers);
        Assert.Empty(problems);
        Assert.Equal(cycles, house.House.Provider.Count("stop", server.Id));
        Assert.InRange(house.House.Provider.Count("start", server.Id), cycles, cycles + 1);
    }

    [SkippableFact]
    public async Task Large_upload_and_silent_stream_to_a_sleeping_container_are_complete()
    {
        engine.SkipUnlessAvailable();
        const int Size = 200 * 1024 * 1024;
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (_, watcher) = await house.AddApplicationAsync(CountAsync);
        var piece = new byte[1024 * 1024];

        using var upload = await house.Client.PostAsync("/", new PiecesContent(async stream =>
        {
            for (var sent = 0; sent < Size; sent += piece.Length)
            {
                await stream.WriteAsync(piece);
            }
        }));
        Assert.Equal(Size.ToString(CultureInfo.InvariantCulture), await upload.Content.ReadAsStringAsync());

        await house.House.ReachesAsync(watcher, IdleState.Napping);
        using var silent = await house.Client.PostAsync("/", new PiecesContent(async stream =>
        {
            await stream.WriteAsync(new byte[10]);
            await stream.FlushAsync();
            await Task.Delay(TimeSpan.FromSeconds(IsLong ? 60 : 7));
            await stream.WriteAsync(new byte[5]);
        }));
        Assert.Equal("15", await silent.Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task Three_hundred_held_uploads_take_the_memory_of_their_buffers_and_arrive_whole()
    {
        engine.SkipUnlessAvailable();
        const int Size = 4 * 1024 * 1024;
        var mayBeReady = false;
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (_, watcher) = await house.AddApplicationAsync(
            CountAsync,
            options => options.HealthProbe = new DelegateHealthProbe((_, _) => ValueTask.FromResult(Volatile.Read(ref mayBeReady) ? null : "not yet")));
        var body = new byte[Size];
        GC.Collect();
        var before = Process.GetCurrentProcess().WorkingSet64;

        var uploads = Enumerable.Range(0, 300).Select(_ => house.Client.PostAsync("/", new ByteArrayContent(body))).ToList();
        await Deadline.UntilAsync(() => watcher.Snapshot().Waiting == 300, () => $"300 waiting; there are {watcher.Snapshot().Waiting}");

        // Two more probes: time for the buffers to fill.
        var tries = watcher.Snapshot().Tries;
        await Deadline.UntilAsync(() => watcher.Snapshot().Tries >= tries + 2, static () => "two probes");
        var grown = Process.GetCurrentProcess().WorkingSet64 - before;
        Volatile.Write(ref mayBeReady, true);

        var answers = await Task.WhenAll(uploads);
        Assert.All(await Task.WhenAll(answers.Select(static answer => answer.Content.ReadAsStringAsync())), text => Assert.Equal(Size.ToString(CultureInfo.InvariantCulture), text));
        Assert.InRange(grown, long.MinValue, 150L * 1024 * 1024);
    }

    [SkippableFact]
    public async Task Client_that_goes_away_leaves_its_place_and_the_wake_goes_on()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var server = await house.AddWebServerAsync(static options => options.IdleTimeout = TimeSpan.FromMinutes(1));
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, house.Address.Port);
            await socket.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n"u8.ToArray());
            await Deadline.UntilAsync(() => server.Watcher.State is IdleState.Waking or IdleState.Starting or IdleState.Ready, static () => "a wake");
        }

        await Deadline.UntilAsync(() => server.Watcher.Snapshot().Waiting == 0, static () => "nobody waiting");
        await house.House.ReachesAsync(server.Watcher, IdleState.Ready);
        Assert.Equal(1, house.House.Provider.Count("start", server.Id));
    }

    [SkippableFact]
    public async Task Failures_are_502_504_and_503_with_their_reasons()
    {
        engine.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        await AddBrokenAsync(house, "broken", new ContainerSpec { Command = ["/no/such/program"] }, TimeSpan.FromSeconds(30));
        await AddBrokenAsync(house, "slow", new ContainerSpec(), TimeSpan.FromSeconds(2));

        await AssertRefusedAsync(house, "broken", HttpStatusCode.BadGateway, "start-failed");
        await AssertRefusedAsync(house, "slow", HttpStatusCode.GatewayTimeout, "not-ready-in-time");
    }

    private async Task AddBrokenAsync(IdleHttpHouse house, string host, ContainerSpec spec, TimeSpan wakeTimeout)
    {
        var name = $"idle-{Guid.NewGuid():N}";
        await engine.Control.CreateAsync(new ContainerSpec { Name = name, Command = spec.Command });
        var options = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1), WakeTimeout = wakeTimeout, Address = $"127.0.0.1:{FreePort.OfTcp()}", StopTimeout = TimeSpan.FromSeconds(2) };
        options.Aliases.Add(host + ".localhost");
        house.House.Manager.GetOrAdd(name, options);
    }

    private static async Task AssertRefusedAsync(IdleHttpHouse house, string host, HttpStatusCode status, string reason)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = host + ".localhost";
        using var answer = await house.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Contains($"\"reason\":\"{reason}\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/no/such", text, StringComparison.Ordinal);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static async Task CountAsync(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        long count = 0;
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer)) > 0)
        {
            count += read;
        }

        await context.Response.WriteAsync(count.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task StreamAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            for (var i = 0; i < StreamSeconds * 2; i++)
            {
                await Task.Delay(500);
                await socket.SendAsync(Encoding.ASCII.GetBytes($"{i}"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
            return;
        }

        context.Response.ContentType = context.Request.Path == "/events" ? "text/event-stream" : "application/octet-stream";
        for (var i = 0; i < StreamSeconds * 2; i++)
        {
            await Task.Delay(500);
            await context.Response.WriteAsync($"data: {i}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }

    private static async Task<int> ChatAsync(Uri gateway)
    {
        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Host", "app.localhost");
        await client.ConnectAsync(new Uri($"ws://{gateway.Authority}/chat"), CancellationToken.None);
        var buffer = new byte[100];
        var count = 0;
        while (await client.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } message)
        {
            Assert.Equal(count.ToString(CultureInfo.InvariantCulture), Encoding.ASCII.GetString(buffer, 0, message.Count));
            count++;
        }

        return count;
    }

    private sealed class PiecesContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
