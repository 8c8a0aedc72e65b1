using System.Text.Json;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class IdleWakeMiddlewareTests
{
    [Fact]
    public async Task Request_to_a_sleeping_container_is_held_and_served()
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/a?b=c", ("Accept", "*/*")));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("GET /a ", await answer.Content.ReadAsStringAsync());
        Assert.Equal(1, site.Starts);
        Assert.Equal(0, site.App.Snapshot().Leases);
    }

    [Fact]
    public async Task Request_for_no_container_goes_on()
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/a", ("Host", "other.localhost")));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Lease_lasts_as_long_as_the_request()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await Site.StartAsync(pipeline: app =>
        {
            app.UseIdleWake();
            app.Run(async context =>
            {
                await context.Response.WriteAsync("begin ");
                await context.Response.Body.FlushAsync();
                await goOn.Task;
                await context.Response.WriteAsync("end");
            });
        });

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1, site.App.Snapshot().Leases);
        Assert.False(await site.App.SleepAsync());

        goOn.SetResult();
        Assert.Equal("begin end", await answer.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
        Assert.True(await site.App.SleepAsync());
    }

    [Fact]
    public async Task Lease_is_given_back_when_the_application_throws()
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseIdleWake();
            app.Run(static context => context.Request.Path == "/at-once" ? throw new InvalidOperationException("now") : LaterAsync());

            static async Task LaterAsync()
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            }
        });

        foreach (var path in new[] { "/at-once", "/later", "/at-once" })
        {
            using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, path));
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        await Eventually.TrueAsync(() => site.App.Snapshot().Leases == 0);
    }

    [Fact]
    public async Task Hundred_requests_at_once_make_one_start()
    {
        await using var site = await Site.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => site.Client.GetStringAsync($"/{i}")));

        Assert.Equal(Enumerable.Range(0, 100).Select(static i => $"GET /{i} "), answers);
        Assert.Equal(1, site.Starts);
    }

    [Fact]
    public async Task More_than_may_wait_are_refused_at_once()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(static app => app.MaxWaiting = 3, isHealthy: () => isHealthy);
        var waiting = Enumerable.Range(0, 3).Select(_ => site.Client.GetStringAsync("/")).ToList();
        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 3);

        using var refused = await site.SendAsync(Site.Request(HttpMethod.Get, "/"));

        await AssertProblemAsync(refused, HttpStatusCode.ServiceUnavailable, "too-many-waiting");
        Assert.NotNull(refused.Headers.RetryAfter);
        isHealthy = true;
        Assert.All(await Task.WhenAll(waiting), static text => Assert.Equal("GET / ", text));
    }

    [Fact]
    public async Task Bodies_beyond_the_bound_are_refused_at_once_and_others_arrive_whole()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(
            static app => app.MaxWaitingBytes = 100,
            static http => http.RequestBufferSize = 60,
            isHealthy: () => isHealthy);
        var first = site.Client.PostAsync("/first", new StringContent(new string('x', 1_000)));
        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 1);

        using (var refused = await site.Client.PostAsync("/second", new StringContent(new string('y', 50))))
        {
            await AssertProblemAsync(refused, HttpStatusCode.ServiceUnavailable, "too-many-waiting");
        }

        var small = site.Client.PostAsync("/third", new StringContent(new string('z', 40)));
        var none = site.Client.GetStringAsync("/none");
        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 3);
        isHealthy = true;

        Assert.Equal("POST /first " + new string('x', 1_000), await (await first).Content.ReadAsStringAsync());
        Assert.Equal("POST /third " + new string('z', 40), await (await small).Content.ReadAsStringAsync());
        Assert.Equal("GET /none ", await none);
    }

    [Fact]
    public async Task Client_that_goes_away_frees_its_place_and_the_wake_goes_on()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(isHealthy: () => isHealthy);
        using (var socket = await site.OpenAsync("GET / HTTP/1.1", $"Host: {Site.Host}", "", ""))
        {
            await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 1);
        }

        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 0);
        Assert.NotEqual(IdleState.Napping, site.App.State);
        isHealthy = true;
        await site.WokenAsync();
        Assert.Equal(1, site.Starts);
    }

    [Theory]
    [InlineData(FakeContainerAction.Start)]
    public async Task Start_that_fails_is_502_without_the_engines_words(FakeContainerAction action)
    {
        await using var site = await Site.StartAsync();
        site.Runtime.OnCall = (call, _) => call.Action == action
            ? throw new ContainerOperationException(call.Id, "password=hunter2 in /etc/secret")
            : Task.CompletedTask;

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"));

        var text = await AssertProblemAsync(answer, HttpStatusCode.BadGateway, "start-failed");
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Engine_that_is_down_is_503()
    {
        await using var site = await Site.StartAsync();
        site.Runtime.IsUnreachable = true;

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"));

        await AssertProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "engine-unreachable");
    }

    [Fact]
    public async Task Container_that_is_not_ready_in_time_is_504()
    {
        await using var site = await Site.StartAsync(static app => app.WakeTimeout = TimeSpan.FromMilliseconds(300), isHealthy: static () => false);

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"));

        await AssertProblemAsync(answer, HttpStatusCode.GatewayTimeout, "not-ready-in-time");
    }

    [Fact]
    public async Task Start_endpoint_alone_wakes()
    {
        await using var site = await Site.StartAsync(static app => app.StartEndpoint = "/start");

        using (var refused = await site.SendAsync(Site.Request(HttpMethod.Get, "/other")))
        {
            await AssertProblemAsync(refused, HttpStatusCode.Forbidden, "start-endpoint");
        }

        Assert.Equal(0, site.Starts);
        Assert.Equal("GET /start ", await site.Client.GetStringAsync("/start"));
        Assert.Equal("GET /other ", await site.Client.GetStringAsync("/other"));
    }

    [Theory]
    [InlineData("User-Agent", "kube-probe/1.31", "/")]
    [InlineData("User-Agent", "Mozilla/5.0 (compatible; MyBot/1.0)", "/")]
    [InlineData("Sec-Purpose", "prefetch;prerender", "/")]
    [InlineData("Purpose", "prefetch", "/")]
    [InlineData("Accept", "image/*", "/favicon.ico")]
    public async Task Bystander_is_told_that_it_sleeps_and_wakes_nothing(string header, string value, string path)
    {
        await using var site = await Site.StartAsync(static app => app.WakeOn.IgnoredUserAgents.Add("mybot"));

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, path, (header, value)));

        await AssertProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "dormant");
        Assert.Equal(["dormant"], answer.Headers.GetValues("X-EventWatcher-Idle"));
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Network_that_is_ignored_gets_the_status_that_was_chosen()
    {
        await using var site = await Site.StartAsync(static app =>
        {
            app.WakeOn.IgnoredNetworks.Add("127.0.0.0/8");
            app.WakeOn.DormantStatusCode = 204;
        });

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Bystander_is_served_while_it_is_ready_and_keeps_nothing_awake()
    {
        var leases = -1;
        Site? opened = null;
        await using var site = opened = await Site.StartAsync(pipeline: app =>
        {
            app.UseIdleWake();
            app.Run(context =>
            {
                leases = opened!.App.Snapshot().Leases;
                return context.Response.WriteAsync("well");
            });
        });
        await site.App.WakeAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("User-Agent", "kube-probe/1.31")));

        Assert.Equal("well", await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, leases);
    }

    [Fact]
    public async Task Request_timeout_does_not_count_while_a_request_is_held()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(
            isHealthy: () => isHealthy,
            builder: static web => web.Services.AddRequestTimeouts(static timeouts =>
                timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(200) }),
            pipeline: static app =>
            {
                app.UseRequestTimeouts();
                app.UseIdleWake();
                app.Run(Site.EchoAsync);
            });
        var request = site.Client.GetStringAsync("/");
        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 1);

        // Longer than the time-out: several probes have found it not ready.
        await Eventually.TrueAsync(() => site.App.Snapshot().Tries >= 4);
        isHealthy = true;

        Assert.Equal("GET / ", await request);
    }

    [Fact]
    public async Task Form_post_of_a_browser_waits_and_arrives_with_its_body()
    {
        await using var site = await Site.StartAsync();
        var request = Site.Request(HttpMethod.Post, "/form", ("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html"));
        request.Content = new FormUrlEncodedContent([new("name", "value")]);

        using var answer = await site.SendAsync(request);

        Assert.Equal("POST /form name=value", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Page_below_a_base_leads_back_below_it()
    {
        await using var site = await Site.StartAsync(isHealthy: static () => false, pipeline: static app =>
        {
            app.UsePathBase("/base");
            app.UseRouting();
            app.UseIdleWake();
            app.MapIdle();
        });

        using var answer = await site.SendAsync(Site.Navigate("/base/deep/ä?x=1"));

        var text = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("/base/.eventwatcher/idle/app/retry?to=" + Uri.EscapeDataString("/base/deep/%C3%A4?x=1"), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", "curl/8.5.0", "*/*", "")]
    [InlineData("GET", "/", "Mozilla/5.0", "text/html, */*", "cors")]
    [InlineData("GET", "/", "Mozilla/5.0", "text/html", "no-cors")]
    [InlineData("POST", "/", "Mozilla/5.0", "text/html", "navigate")]
    [InlineData("GET", "/", "Mozilla/5.0", "application/xhtml+xml, text/htmlx", "")]
    [InlineData("HEAD", "/", "Mozilla/5.0", "text/html", "navigate")]
    public async Task What_does_not_navigate_gets_the_real_answer(string method, string path, string agent, string accept, string mode)
    {
        await using var site = await Site.StartAsync();
        var request = Site.Request(HttpMethod.Parse(method), path, ("User-Agent", agent), ("Accept", accept));
        if (mode.Length > 0)
        {
            request.Headers.Add("Sec-Fetch-Mode", mode);
        }

        using var answer = await site.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, site.Starts);
    }

    [Fact]
    public async Task Waiting_ends_when_the_manager_does()
    {
        await using var site = await Site.StartAsync(isHealthy: static () => false);
        var request = site.SendAsync(Site.Request(HttpMethod.Get, "/"));
        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 1);

        await site.Manager.DisposeAsync();

        using var answer = await request;
        await AssertProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "shutting-down");
    }

    private static async Task<string> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string reason)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(reason, problem.RootElement.GetProperty("reason").GetString());
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        return text;
    }
}
