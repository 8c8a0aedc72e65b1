namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class IdleRoutesTests
{
    [Fact]
    public async Task Endpoint_says_which_container_it_requires()
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseRouting();
            app.UseIdleWake();
            app.MapGet("/needs", static () => "served").RequireContainer("app");
            app.MapGet("/unknown", static () => "served").RequireContainer("nobody");
            app.MapGet("/free", static () => "free");
        });

        using var unknown = await site.SendAsync(Site.Request(HttpMethod.Get, "/unknown", ("Host", "x")));
        using var free = await site.SendAsync(Site.Request(HttpMethod.Get, "/free", ("Host", "x")));
        Assert.Equal(0, site.Starts);
        using var needs = await site.SendAsync(Site.Request(HttpMethod.Get, "/needs", ("Host", "x")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        Assert.Equal("free", await free.Content.ReadAsStringAsync());
        Assert.Equal("served", await needs.Content.ReadAsStringAsync());
        Assert.Equal(1, site.Starts);
    }

    [Theory]
    [InlineData("app.localhost", "/", true)]
    [InlineData("APP.localhost:8080", "/", true)]
    [InlineData("app.localhost.", "/", true)]
    [InlineData("second.localhost", "/", true)]
    [InlineData("app", "/", false)]
    [InlineData("x.app.localhost", "/", false)]
    [InlineData("other", "/tools/app", true)]
    [InlineData("other", "/tools/app/deep?x", true)]
    [InlineData("other", "/tools/application", false)]
    public async Task Host_or_path_leads_to_the_container(string host, string path, bool leads)
    {
        await using var site = await Site.StartAsync(http: static http =>
        {
            http.Hosts["second.localhost"] = "app";
            http.Paths["/tools/app"] = "app";
        });

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, path, ("Host", host)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(leads ? 1 : 0, site.Starts);
    }

    [Theory]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("Bücher.example.", "XN--BCHER-KVA.example:8080")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("[::1]", "[::1]:8080")]
    [InlineData("0:0:0:0:0:0:0:1", "[::1]")]
    [InlineData("10.0.0.1", "10.0.0.1:80")]
    [InlineData("app.example:8080", "app.example:8080")]
    [InlineData("app.example:8080", "APP.example:8080")]
    [InlineData("App.example.:8080", "app.example")]
    [InlineData("bücher.example:80", "xn--bcher-kva.example")]
    [InlineData("[::1]:8080", "[::1]")]
    public async Task Host_is_found_however_people_write_it(string alias, string host)
    {
        await using var site = await Site.StartAsync(app => app.Aliases.Add(alias));

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("Host", host)));

        Assert.Equal(1, site.Starts);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("..")]
    [InlineData("app.localhost..")]
    [InlineData("APP.localhost..:80")]
    [InlineData("[")]
    [InlineData("app.localhost@other")]
    [InlineData("xn--9999999999999999")]
    [InlineData("xn--a-0")]
    [InlineData("other, app.localhost")]
    public async Task Host_that_is_none_leads_nowhere(string host)
    {
        await using var site = await Site.StartAsync();
        using var socket = await site.OpenAsync("GET / HTTP/1.1", $"Host: {host}", "Connection: close", "", "");

        var answer = await RawContainer.ReadAsync(socket, static _ => false);

        Assert.DoesNotContain(" 500 ", answer, StringComparison.Ordinal);
        Assert.Equal(0, site.Starts);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(":80")]
    public async Task Alias_without_a_name_is_not_for_requests_that_name_no_host(string alias)
    {
        await using var site = await Site.StartAsync(app => app.Aliases.Add(alias));
        using var socket = await site.OpenAsync("GET / HTTP/1.0", "", "");

        await RawContainer.ReadAsync(socket, static _ => false);

        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Host_that_is_longer_than_any_leads_nowhere()
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("Host", new string('A', 1_000) + ".app.localhost")));

        Assert.InRange((int)answer.StatusCode, 200, 499);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Name_and_first_label_lead_to_it_where_that_is_switched_on()
    {
        await using var site = await Site.StartAsync(http: static http =>
        {
            http.MatchContainerNames = true;
            http.MatchFirstLabel = true;
        });

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("Host", "app.example.org")));

        Assert.Equal(1, site.Starts);
    }

    [Fact]
    public async Task Container_that_comes_later_is_found()
    {
        await using var site = await Site.StartAsync();
        using (var before = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("Host", "late.localhost"))))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        var options = new IdleContainerOptions { IdleTimeout = TimeSpan.FromMinutes(1) };
        options.Aliases.Add("late.localhost");
        site.Runtime.Add("late");
        site.Manager.GetOrAdd("late", options);
        using var after = await site.SendAsync(Site.Request(HttpMethod.Get, "/", ("Host", "late.localhost")));

        Assert.Equal(1, site.Runtime.CountCalls(FakeContainerAction.Start, "late"));
    }
}
