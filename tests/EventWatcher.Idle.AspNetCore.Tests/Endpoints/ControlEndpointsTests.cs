using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class ControlEndpointsTests
{
    private const string Prefix = "/.eventwatcher/idle";

    [Fact]
    public async Task Status_is_told_and_wakes_nothing()
    {
        await using var site = await Site.StartAsync();

        using var asleep = JsonDocument.Parse(await site.Client.GetStringAsync($"{Prefix}/app"));
        Assert.Equal(0, site.Starts);
        await site.App.WakeAsync();
        using var awake = JsonDocument.Parse(await site.Client.GetStringAsync($"{Prefix}/app"));

        Assert.Equal("napping", asleep.RootElement.GetProperty("status").GetString());
        Assert.Equal("healthy", awake.RootElement.GetProperty("status").GetString());
        Assert.Equal(0, awake.RootElement.GetProperty("leases").GetInt32());
    }

    [Theory]
    [InlineData("GET", "/nobody")]
    [InlineData("GET", "/nobody/events")]
    [InlineData("GET", "/nobody/retry?to=/")]
    public async Task Unknown_name_is_as_any_path_that_is_not_there(string method, string path)
    {
        await using var site = await Site.StartAsync(pipeline: static app =>
        {
            app.UseIdleWake();
            app.MapIdle();
        });

        using var unknown = await site.SendAsync(Site.Request(HttpMethod.Parse(method), Prefix + path));
        using var nothing = await site.SendAsync(Site.Request(HttpMethod.Get, $"{Prefix}/a/b/c/d"));

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(nothing.StatusCode, unknown.StatusCode);
        Assert.Equal(await nothing.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal(nothing.Content.Headers.ToString(), unknown.Content.Headers.ToString());
    }

    [Theory]
    [InlineData("app", "wake")]
    [InlineData("app", "sleep")]
    [InlineData("nobody", "wake")]
    public async Task Control_is_for_nobody_without_authorization(string name, string what)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.Client.PostAsync($"{Prefix}/{name}/{what}", content: null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Control_is_for_those_whom_the_application_lets_in()
    {
        await using var site = await Site.StartAsync(
            builder: static web =>
            {
                web.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("test", configureOptions: null);
                web.Services.AddAuthorization();
            },
            pipeline: static app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.UseIdleWake();
                app.MapIdle();
            });

        using var stranger = await site.Client.PostAsync($"{Prefix}/app/wake", content: null);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(0, site.Starts);

        using var known = await site.SendAsync(Site.Request(HttpMethod.Post, $"{Prefix}/app/wake", ("X-User", "me")));
        Assert.Equal(HttpStatusCode.Accepted, known.StatusCode);
        await site.WokenAsync();

        // The wake holds the container for a moment after it is ready.
        await Eventually.TrueAsync(async () =>
        {
            using var sleep = await site.SendAsync(Site.Request(HttpMethod.Post, $"{Prefix}/app/sleep", ("X-User", "me")));
            return sleep.StatusCode == HttpStatusCode.OK;
        });
        Assert.Equal(IdleState.Napping, site.App.State);
    }

    [Fact]
    public async Task Sleep_is_refused_while_it_is_used()
    {
        await using var site = await Site.StartAsync(http: static http => http.AllowAnonymousControl = true);
        using var lease = await site.App.AcquireAsync();

        using var answer = await site.Client.PostAsync($"{Prefix}/app/sleep", content: null);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal(IdleState.Ready, site.App.State);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("")]
    public async Task Retry_leads_to_this_host_alone(string target)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, $"{Prefix}/app/retry?to={Uri.EscapeDataString(target)}"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, site.Starts);
    }

    [Fact]
    public async Task Retry_wakes_nothing_that_has_not_failed()
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, $"{Prefix}/app/retry?to=/"));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(0, site.Starts);
        Assert.Equal(IdleState.Napping, site.App.State);
    }

    [Theory]
    [InlineData("/grün?a=€ b", "/gr%C3%BCn?a=%E2%82%AC%20b")]
    [InlineData("/a%20b?x=%2F", "/a%20b?x=%2F")]
    [InlineData("/\u0001", "/%01")]
    public async Task Retry_leads_back_to_any_path(string target, string expected)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, $"{Prefix}/app/retry?to={Uri.EscapeDataString(target)}"));

        Assert.Equal(expected, answer.Headers.Location?.OriginalString);
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers.TryGetValue("X-User", out var user)
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user.ToString())], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
