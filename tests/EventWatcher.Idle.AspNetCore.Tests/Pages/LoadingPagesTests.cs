using System.Globalization;
using System.Text.RegularExpressions;

namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class LoadingPagesTests
{
    [Fact]
    public async Task Navigation_gets_the_page_at_once_and_wakes()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(isHealthy: () => isHealthy);

        using var page = await site.SendAsync(Site.Navigate("/a?b=c"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.NotNull(page.Headers.RetryAfter);
        await Eventually.TrueAsync(() => site.Starts == 1);
        isHealthy = true;
        await site.WokenAsync();
        using var real = await site.SendAsync(Site.Navigate("/a?b=c"));
        Assert.Equal("GET /a ", await real.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Many_pages_take_one_place_among_those_who_wait()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(static app => app.MaxWaiting = 2, isHealthy: () => isHealthy);

        for (var i = 0; i < 10; i++)
        {
            using var page = await site.SendAsync(Site.Navigate("/"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        }

        Assert.Equal(1, site.App.Snapshot().Waiting);
        var held = site.Client.GetStringAsync("/");
        await Eventually.TrueAsync(() => site.App.Snapshot().Waiting == 2);
        isHealthy = true;
        Assert.Equal("GET / ", await held);
    }

    [Theory]
    [InlineData("navigate", "*/*", true)]
    [InlineData("cors", "text/html", false)]
    [InlineData("same-origin", "text/html, */*", false)]
    [InlineData(null, "text/html,application/xhtml+xml", true)]
    [InlineData(null, "application/json, text/html;q=0.5", true)]
    [InlineData(null, "*/*", false)]
    [InlineData(null, "text/*", false)]
    [InlineData(null, "application/json", false)]
    public void Navigation_is_told_by_what_the_browser_says(string? mode, string accept, bool expected)
    {
        var headers = new HeaderDictionary { ["Accept"] = accept };
        if (mode is not null)
        {
            headers["Sec-Fetch-Mode"] = mode;
        }

        Assert.Equal(expected, Navigation.Is("GET", headers));
        Assert.False(Navigation.Is("POST", headers));
        Assert.False(Navigation.Is("HEAD", headers));
    }

    [Fact]
    public async Task Policy_lets_nothing_through_without_the_pages_own_nonce()
    {
        await using var site = await Site.StartAsync(isHealthy: static () => false);

        var nonces = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            using var page = await site.SendAsync(Site.Navigate("/"));
            var policy = string.Join(';', page.Headers.GetValues("Content-Security-Policy"));
            var nonce = Regex.Match(policy, "script-src 'nonce-(?<it>[^']+)'", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["it"].Value;
            var text = await page.Content.ReadAsStringAsync();
            Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains($"<script nonce=\"{nonce}\">", text, StringComparison.Ordinal);
            Assert.Contains($"<style nonce=\"{nonce}\">", text, StringComparison.Ordinal);
            Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
            nonces.Add(nonce);
        }

        Assert.Equal(3, nonces.Count);
    }

    [Fact]
    public void Names_are_escaped_wherever_they_stand()
    {
        const string Name = "<script>alert('x')</script>\"ü名";
        var text = LoadingPageRenderer.Write(new LoadingPage
        {
            Container = Name,
            Steps = [new LoadingStep("<img src=x onerror=alert(1)>", IsDone: false), new LoadingStep(Name, IsDone: false)],
            Elapsed = TimeSpan.Zero,
            RetryPath = "/?x=\"><script>",
            EventsPath = "/x\"><script>",
            RefreshAfter = TimeSpan.FromSeconds(2),
            Nonce = "n",
        });

        Assert.DoesNotContain("<script>", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(WebUtility.HtmlEncode("<script>")[..4], text, StringComparison.Ordinal);
        Assert.Contains("content=\"2\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_wake_is_shown_with_a_way_to_try_again()
    {
        var fails = true;
        await using var site = await Site.StartAsync();
        site.Runtime.OnCall = (call, _) => fails && call.Action == FakeContainerAction.Start
            ? throw new ContainerOperationException(call.Id, "secret words of the engine")
            : Task.CompletedTask;
        (await site.SendAsync(Site.Navigate("/a?b=c"))).Dispose();
        await Eventually.TrueAsync(() => site.App.State == IdleState.Error);
        var starts = site.Starts;

        using var page = await site.SendAsync(Site.Navigate("/a?b=c"));
        var text = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadGateway, page.StatusCode);
        Assert.Contains("could not be started", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret words", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", text, StringComparison.Ordinal);
        Assert.Equal(starts, site.Starts);

        fails = false;
        var retry = WebUtility.HtmlDecode(Regex.Match(text, "id=\"retry\" href=\"(?<it>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["it"].Value);
        using var back = await site.SendAsync(Site.Navigate(retry));
        Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
        Assert.Equal("/a?b=c", back.Headers.Location?.OriginalString);
        await site.WokenAsync();
    }

    [Fact]
    public async Task Browser_waits_where_there_is_to_be_no_page()
    {
        await using var site = await Site.StartAsync(static app => app.NoLoadingPage = true);

        using var answer = await site.SendAsync(Site.Navigate("/"));

        Assert.Equal("GET / ", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Renderer_of_ones_own_is_used_and_its_failure_is_an_honest_answer()
    {
        await using var site = await Site.StartAsync(
            isHealthy: static () => false,
            builder: static web => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<ILoadingPageRenderer, OwnRenderer>(web.Services));

        using var page = await site.SendAsync(Site.Navigate("/"));
        using var failed = await site.SendAsync(Site.Navigate("/fail"));

        Assert.Equal("waiting for app", await page.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Equal("application/problem+json", failed.Content.Headers.ContentType?.MediaType);
    }

    private sealed class OwnRenderer : ILoadingPageRenderer
    {
        public Task RenderAsync(HttpContext context, LoadingPage page) => context.Request.Path == "/fail"
            ? throw new InvalidOperationException("The template is gone.")
            : context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"waiting for {page.Container}"));
    }
}
