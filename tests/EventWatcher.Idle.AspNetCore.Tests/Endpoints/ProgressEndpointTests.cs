namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class ProgressEndpointTests
{
    [Fact]
    public async Task Wake_is_told_from_its_beginning_to_its_end()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(isHealthy: () => isHealthy);
        (await site.SendAsync(Site.Navigate("/"))).Dispose();
        await Eventually.TrueAsync(() => site.App.Snapshot().Tries > 0);

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["no"], answer.Headers.GetValues("X-Accel-Buffering"));
        isHealthy = true;
        var items = await Progress.ReadAsync(answer);

        Assert.Equal(["snapshot", "starting", "container-woke", "waiting-ready", "ready"], items.Select(static item => item.Type));
        Assert.Null(items[0].Id);
        var ids = items.Skip(1).Select(static item => long.Parse(item.Id!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(ids.Order(), ids);
    }

    [Fact]
    public async Task Reader_that_comes_back_gets_the_rest_and_nothing_twice()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(isHealthy: () => isHealthy);
        (await site.SendAsync(Site.Navigate("/"))).Dispose();
        await Eventually.TrueAsync(() => site.App.Snapshot().Tries > 0);
        string? last;
        using (var first = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path), HttpCompletionOption.ResponseHeadersRead))
        {
            last = (await Progress.ReadAsync(first, static type => type == "container-woke"))[^1].Id;
        }

        isHealthy = true;
        using var second = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path, ("Last-Event-ID", last!)), HttpCompletionOption.ResponseHeadersRead);
        var rest = await Progress.ReadAsync(second);
        using var third = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path, ("Last-Event-ID", rest[^1].Id!)));

        Assert.Equal(["snapshot", "waiting-ready", "ready"], rest.Select(static item => item.Type));
        Assert.Equal(HttpStatusCode.NoContent, third.StatusCode);
    }

    [Fact]
    public async Task Failure_ends_the_stream_without_the_engines_words()
    {
        await using var site = await Site.StartAsync();
        site.Runtime.OnCall = static (call, _) => call.Action == FakeContainerAction.Start
            ? throw new ContainerOperationException(call.Id, "secret words")
            : Task.CompletedTask;
        var page = await site.SendAsync(Site.Navigate("/"));
        var events = System.Text.RegularExpressions.Regex.Match(
            await page.Content.ReadAsStringAsync(), "data-events=\"(?<it>[^\"]+)\"", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Groups["it"].Value;

        var text = await site.Client.GetStringAsync(WebUtility.HtmlDecode(events));

        Assert.Contains("\"type\":\"error\"", text, StringComparison.Ordinal);
        Assert.Contains("could not be started", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret words", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_that_was_loaded_before_it_became_ready_is_told_so()
    {
        await using var site = await Site.StartAsync();
        await site.App.WakeAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path), HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(["snapshot", "ready"], (await Progress.ReadAsync(answer)).Select(static item => item.Type));
    }

    [Fact]
    public async Task Silence_is_broken_by_heartbeats_without_an_id()
    {
        await using var site = await Site.StartAsync(http: static http => http.HeartbeatInterval = TimeSpan.FromSeconds(1));

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path), HttpCompletionOption.ResponseHeadersRead);
        var items = await Progress.ReadAsync(answer, static type => type == "heartbeat");

        Assert.Equal([("snapshot", null), ("heartbeat", null)], items);
        Assert.Equal(0, site.Starts);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://evil.example")]
    public async Task Page_of_another_origin_is_refused(string header, string value)
    {
        await using var site = await Site.StartAsync();

        using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path, (header, value)));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Readers_that_do_not_read_hold_nothing_up_and_are_bounded()
    {
        var isHealthy = false;
        await using var site = await Site.StartAsync(isHealthy: () => isHealthy);
        var sockets = new List<System.Net.Sockets.Socket>();
        try
        {
            for (var i = 0; i < WakeEventLog.MaxReaders; i++)
            {
                sockets.Add(await site.OpenAsync($"GET {Progress.Path} HTTP/1.1", $"Host: {Site.Host}", "", ""));
            }

            await Eventually.TrueAsync(async () =>
            {
                using var answer = await site.SendAsync(Site.Request(HttpMethod.Get, Progress.Path), HttpCompletionOption.ResponseHeadersRead);
                return answer.StatusCode == HttpStatusCode.ServiceUnavailable;
            });

            var held = site.Client.GetStringAsync("/");
            await Eventually.TrueAsync(() => site.App.Snapshot().Tries > 0);
            isHealthy = true;
            Assert.Equal("GET / ", await held);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }
}
