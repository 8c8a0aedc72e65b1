namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class ForwardAuthEndpointTests
{
    private const string Path = "/.eventwatcher/idle/forward-auth";

    [Fact]
    public async Task Request_is_held_until_it_is_ready_and_touches()
    {
        await using var site = await Site.StartAsync(static app => app.IdleTimeout = TimeSpan.FromMilliseconds(1));

        using var answer = await site.SendAsync(Ask(Path));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, site.Starts);

        // Its own idle time would be over long since: five minutes count.
        Assert.True(site.App.Snapshot().NextSleep > DateTimeOffset.UtcNow.AddMinutes(4));
    }

    [Fact]
    public async Task Navigation_gets_the_page()
    {
        await using var site = await Site.StartAsync(isHealthy: static () => false);

        using var answer = await site.SendAsync(Ask(Path, ("Sec-Fetch-Mode", "navigate")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(Uri.EscapeDataString("/deep?x=1"), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_of_a_browser_is_held()
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Ask(Path, ("Sec-Fetch-Mode", "navigate"), ("X-Forwarded-Method", "POST")));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Hold_ends_before_the_proxy_gives_up_and_the_wake_goes_on()
    {
        await using var site = await Site.StartAsync(http: static http => http.ForwardAuthHold = TimeSpan.FromMilliseconds(100), isHealthy: static () => false);

        using var answer = await site.SendAsync(Ask(Path));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.NotEqual(IdleState.Napping, site.App.State);
    }

    [Theory]
    [InlineData("/", "curl/8", "cors", HttpStatusCode.OK)]
    [InlineData("/", "Mozilla/5.0", "navigate", HttpStatusCode.Unauthorized)]
    [InlineData("/", "kube-probe/1.31", "cors", HttpStatusCode.Forbidden)]
    public async Task Nginx_gets_statuses_that_it_understands(string uri, string agent, string mode, HttpStatusCode expected)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Ask(Path + "?mode=nginx", ("X-Forwarded-Uri", uri), ("User-Agent", agent), ("Sec-Fetch-Mode", mode)));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Nginx_is_told_401_of_a_failure_and_the_page_says_why()
    {
        await using var site = await Site.StartAsync();
        site.Runtime.OnCall = static (call, _) => call.Action == FakeContainerAction.Start ? throw new ContainerOperationException(call.Id, "broken") : Task.CompletedTask;

        using var answer = await site.SendAsync(Ask(Path + "?mode=nginx"));
        using var why = await site.SendAsync(Ask("/.eventwatcher/idle/page"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, why.StatusCode);
        Assert.Contains("start-failed", await why.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_host_is_not_let_through()
    {
        await using var site = await Site.StartAsync();

        using var plain = await site.SendAsync(Ask(Path, ("X-Forwarded-Host", "other")));
        using var nginx = await site.SendAsync(Ask(Path + "?mode=nginx", ("X-Forwarded-Host", "other")));

        Assert.Equal(HttpStatusCode.NotFound, plain.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, nginx.StatusCode);
    }

    [Theory]
    [InlineData("APP.Localhost")]
    [InlineData("app.localhost:8443")]
    [InlineData("APP.localhost.:8443")]
    [InlineData("app.localhost, inner.proxy")]
    [InlineData(" app.localhost ")]
    [InlineData("[2001:DB8::1]:443")]
    [InlineData("2001:db8::1")]
    public async Task Host_that_a_proxy_tells_of_is_found_however_it_is_written(string host)
    {
        await using var site = await Site.StartAsync(static app => app.Aliases.Add("2001:DB8:0::1"));

        using var answer = await site.SendAsync(Ask(Path, ("X-Forwarded-Host", host)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, site.Starts);
    }

    [Fact]
    public async Task Start_endpoint_counts_by_the_original_path()
    {
        await using var site = await Site.StartAsync(static app => app.StartEndpoint = "/start");

        using var elsewhere = await site.SendAsync(Ask(Path, ("X-Forwarded-Uri", "/other")));
        Assert.Equal(0, site.Starts);
        using var there = await site.SendAsync(Ask(Path, ("X-Forwarded-Uri", "/start?now")));

        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
    }

    [Fact]
    public async Task Comma_is_part_of_the_original_path()
    {
        await using var site = await Site.StartAsync(static app => app.StartEndpoint = "/a,b", isHealthy: static () => false);

        using var answer = await site.SendAsync(Ask(Path, ("Sec-Fetch-Mode", "navigate"), ("X-Forwarded-Uri", "/a,b?x=1,2")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(Uri.EscapeDataString("/a,b?x=1,2"), await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, HttpStatusCode.ServiceUnavailable)]
    [InlineData(204, HttpStatusCode.ServiceUnavailable)]
    [InlineData(404, HttpStatusCode.NotFound)]
    public async Task Bystander_is_never_let_through_to_what_sleeps(int chosen, HttpStatusCode expected)
    {
        await using var site = await Site.StartAsync(app => app.WakeOn.DormantStatusCode = chosen);

        using var answer = await site.SendAsync(Ask(Path, ("User-Agent", "kube-probe/1.31")));

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(["dormant"], answer.Headers.GetValues("X-EventWatcher-Idle"));
        Assert.Equal(0, site.Starts);
    }

    private static HttpRequestMessage Ask(string path, params (string Name, string Value)[] headers) => Site.Request(
        HttpMethod.Get,
        path,
        [("Host", "gateway"), ("X-Forwarded-Host", Site.Host), ("X-Forwarded-Uri", "/deep?x=1"), ("X-Forwarded-Method", "GET"), .. headers]);
}
