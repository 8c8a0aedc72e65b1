using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class IdleEndpointExtensionsTests
{
    private const string Status = IdleHttpOptions.DefaultPrefix + "/app";

    [Fact]
    public async Task Own_endpoints_need_no_container_even_where_they_are_said_to()
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseIdleWake();
            app.MapIdle().RequireContainer("app");
        });

        using var answer = await site.Client.GetAsync(Status);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Theory]
    [InlineData("/.eventwatcher/idle/app")]
    [InlineData("/tools/.eventwatcher/idle/app")]
    [InlineData("/free")]
    public async Task Own_endpoints_in_a_group_that_needs_a_container_do_not(string path)
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseIdleWake();
            app.MapGroup("").RequireContainer("app").MapIdle();
            app.MapGroup("/tools").RequireContainer("app").MapIdle();
            app.MapGroup("").RequireContainer("app").MapGet("/free", static () => "free").WithMetadata(new IdleContainerMetadata(""));
        });

        using var answer = await site.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Theory]
    [InlineData("HEAD", "/app")]
    [InlineData("POST", "/app")]
    [InlineData("PUT", "/app/wake")]
    [InlineData("GET", "/app/wake")]
    [InlineData("PROPFIND", "/forward-auth")]
    public async Task Other_methods_than_an_own_endpoint_has_wake_nothing(string method, string path)
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseIdleWake();
            app.MapIdle();
        });

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Parse(method), IdleHttpOptions.DefaultPrefix + path));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Theory]
    [InlineData("GET", "/app", HttpStatusCode.OK)]
    [InlineData("GET", "/app/events", HttpStatusCode.OK)]
    [InlineData("GET", "/app/retry?to=/", HttpStatusCode.Redirect)]
    [InlineData("POST", "/app/wake", HttpStatusCode.Forbidden)]
    [InlineData("GET", "/page", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/nobody", HttpStatusCode.NotFound)]
    [InlineData("GET", "/a/b/c/d", HttpStatusCode.NotFound)]
    public async Task Own_endpoints_are_reached_wherever_routing_is_and_whatever_is_chosen(string method, string path, HttpStatusCode expected)
    {
        foreach (var isRoutedFirst in new[] { true, false })
        {
            foreach (var name in new[] { "app", "nobody", "", null })
            {
                await using var site = await Site.StartAsync(http: http => http.ContainerOf = _ => name, pipeline: app =>
                {
                    if (isRoutedFirst)
                    {
                        app.UseRouting();
                    }

                    app.UseIdleWake();
                    app.UseIdleForwarder();
                    if (!isRoutedFirst)
                    {
                        app.UseRouting();
                    }

                    app.MapIdle("/own");
                });

                using var answer = await site.SendAsync(Site.Request(HttpMethod.Parse(method), "/own" + path), HttpCompletionOption.ResponseHeadersRead);

                Assert.True(expected == answer.StatusCode, $"{answer.StatusCode} for {name ?? "null"}, routed first: {isRoutedFirst}");
                Assert.Equal(0, site.Starts);
            }
        }
    }

    [Fact]
    public async Task Endpoint_of_the_application_below_the_prefix_is_the_applications()
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseIdleWake();
            app.MapIdle();
            app.MapGet(IdleHttpOptions.DefaultPrefix + "/app/more", static () => "more");
        });

        Assert.Equal("more", await site.Client.GetStringAsync(Status + "/more"));
        Assert.Equal(1, site.Starts);
    }

    [Fact]
    public async Task Metadata_of_own_endpoints_says_so()
    {
        await using var site = await Site.StartAsync();

        var all = site.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(static endpoint => endpoint.Metadata.GetMetadata<IdleContainerMetadata>()?.ToString());

        Assert.Contains("no container", all);
        Assert.Equal("container app", new IdleContainerMetadata("app").ToString());
    }
}
