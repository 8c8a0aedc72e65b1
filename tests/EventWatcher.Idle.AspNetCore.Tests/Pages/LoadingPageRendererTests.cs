namespace EventWatcher.Idle.AspNetCore.Tests;

public sealed class LoadingPageRendererTests
{
    [Theory]
    [InlineData(0, "value=\"0\"")]
    [InlineData(5, "value=\"0.6\"")]
    [InlineData(10, "value=\"0.8\"")]
    [InlineData(40, "value=\"0.976\"")]
    public void Progress_without_a_script_is_four_fifths_at_the_expected_time_and_never_full(int seconds, string expected)
    {
        var text = LoadingPageRenderer.Write(Page() with { Elapsed = TimeSpan.FromSeconds(seconds), Expected = TimeSpan.FromSeconds(10) });

        Assert.Contains($"<progress id=\"bar\" aria-labelledby=\"title\" {expected}></progress>", text, StringComparison.Ordinal);
        Assert.Contains("Usually takes about 10 s.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_says_nothing_where_nothing_is_known()
    {
        var text = LoadingPageRenderer.Write(Page());

        Assert.Contains("<progress id=\"bar\" aria-labelledby=\"title\"></progress>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Usually takes", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_say_how_far_they_are()
    {
        var text = LoadingPageRenderer.Write(Page() with { Steps = [new("postgres", IsDone: true), new("redis", IsDone: false), new("app", IsDone: false)] });
        var later = LoadingPageRenderer.Write(Page() with { Steps = [new("postgres", IsDone: true), new("redis", IsDone: true), new("app", IsDone: false)] });

        Assert.Contains("<li class=\"done\"><b>postgres</b> <span>ready</span></li>", text, StringComparison.Ordinal);
        Assert.Contains("<li class=\"\"><b>redis</b> <span>starting</span></li>", text, StringComparison.Ordinal);
        Assert.Contains("<li class=\"\"><b>app</b> <span>next</span></li>", text, StringComparison.Ordinal);
        Assert.Contains("<li class=\"\"><b>app</b> <span>starting</span></li>", later, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_has_no_script_and_no_refresh()
    {
        var text = LoadingPageRenderer.Write(Page() with { Error = "It broke.", RefreshAfter = null, EventsPath = null });

        Assert.Contains("<body class=\"failed\"", text, StringComparison.Ordinal);
        Assert.Contains("role=\"status\">It broke.</p>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_is_small()
    {
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(LoadingPageRenderer.Write(Page())), 1, 10 * 1024);
    }

    private static LoadingPage Page() => new()
    {
        Container = "app",
        Steps = [new LoadingStep("app", IsDone: false)],
        Elapsed = TimeSpan.Zero,
        RetryPath = "/",
        EventsPath = "/.eventwatcher/idle/app/events",
        RefreshAfter = TimeSpan.FromSeconds(2),
        Nonce = "n",
    };
}
