using EventWatcher.Idle;
using EventWatcher.Idle.AspNetCore;
using EventWatcher.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// How the loading page looks, and that whatever names say stays text. With EVENTWATCHER_SCREENSHOTS=FOLDER the README's
/// pictures are written there. None of it needs the engine; beside its tests it would only slow them down.
/// </summary>
[Collection(DockerEngineCollection.Name)]
public sealed class LoadingPageLookTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string WeirdName = "<script>alert('1')</script>\"'&amp; ünï 名";
    private const string LongName = "a-very-long-name-that-no-line-of-a-phone-can-hold-0123456789abcdef0123456789abcdef0123456789abcdef";

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Both_schemes_can_be_read_in_every_state(ColorScheme scheme)
    {
        chromium.SkipUnlessAvailable();
        var (gate, database) = (new Gate(), new Gate());
        await using var site = await StagedSite.OpenAsync("photos", gate, services: null, ("postgres", database));
        await site.RehearseAsync(TimeSpan.FromSeconds(9), gate, database);
        await using var visit = await chromium.VisitAsync(site.Address, options => options.ColorScheme = scheme);

        await visit.GoAsync();
        database.Open();
        await SeesStepReadyAsync(site, visit);
        var waking = await AssertLegibleAsync(visit, scheme);
        Assert.True(waking >= 8, $"{waking} texts were looked at.");

        site.Runtime.End("photos");
        site.Runtime.OnCall = FailAsync;
        await FailsAsync(site, visit);
        await AssertLegibleAsync(visit, scheme);
        visit.AssertClean();
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 320)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Phone_shows_it_whole_without_scrolling_sideways(ColorScheme scheme, int width)
    {
        chromium.SkipUnlessAvailable();
        var (gate, needed) = (new Gate(), new Gate());
        await using var site = await StagedSite.OpenAsync(LongName, gate, services: null, (LongName + "-db", needed));
        await using var visit = await chromium.VisitAsync(site.Address, options =>
        {
            options.ColorScheme = scheme;
            options.ViewportSize = new ViewportSize { Width = width, Height = 640 };
            (options.IsMobile, options.HasTouch, options.DeviceScaleFactor) = (true, true, 2);
        });

        await visit.GoAsync();
        await visit.SeesTextAsync("#steps", LongName + "-db");
        await AssertFitsAsync(visit, width);

        site.Runtime.OnCall = FailAsync;
        site.Runtime.End(LongName + "-db");
        await FailsAsync(site, visit);
        await AssertFitsAsync(visit, width);
        var button = (await visit.Page.Locator("#retry").BoundingBoxAsync())!;
        Assert.True(button.Height >= 44, $"The button is {button.Height} high: too little for a finger.");
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Names_with_markup_are_shown_as_they_stand_and_the_policy_holds()
    {
        chromium.SkipUnlessAvailable();
        var (gate, needed) = (new Gate(), new Gate());
        const string Need = "<img src=x onerror=alert(2)>";
        await using var site = await StagedSite.OpenAsync(WeirdName, gate, services: null, (Need, needed));
        await using var visit = await chromium.VisitAsync(site.Address);

        await visit.GoAsync("/?x=\"><script>alert(3)</script>");
        await visit.SeesTextAsync("h1", "Starting");
        await visit.UntilAsync("name => document.querySelector('h1 b').textContent === name", WeirdName);
        await visit.UntilAsync("names => [...document.querySelectorAll('#steps b')].map(b => b.textContent).join() === names.join()", new[] { Need, WeirdName });
        Assert.Equal($"Starting {WeirdName}", await visit.Page.TitleAsync());
        Assert.Equal(0, await visit.Page.Locator("img").CountAsync());
        Assert.Equal(1, await visit.Page.Locator("script").CountAsync());

        // The progress stream is found by that name.
        needed.Open();
        gate.Open();
        await site.ReachesAsync(IdleState.Ready);
        await visit.SeesAsync(Application.Mark);
        Assert.Equal(1, visit.RequestCount("/events?"));
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Policy_stops_what_a_renderer_lets_slip_in()
    {
        chromium.SkipUnlessAvailable();
        var gate = new Gate();
        await using var site = await StagedSite.OpenAsync(WeirdName, gate, static services => services.AddSingleton<ILoadingPageRenderer, CarelessRenderer>());
        await using var visit = await chromium.VisitAsync(site.Address);

        await visit.GoAsync();
        await visit.SeesAsync("#careless");
        await Deadline.UntilAsync(() => Refused(visit, "script-src") && Refused(visit, "style-src") && Refused(visit, "img-src"), () => $"three violations; there are {string.Join("; ", visit.Complaints)}");

        Assert.DoesNotContain(visit.Complaints, static text => text.Contains("dialog", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Host_without_fetch_metadata_gets_the_page_and_its_progress_too()
    {
        chromium.SkipUnlessAvailable();
        var gate = new Gate();
        await using var site = await StagedSite.OpenAsync("photos", gate);
        await using var visit = await chromium.VisitAsync(new Uri($"http://app.test:{site.Address.Port}"));

        Assert.Equal(503, (await visit.GoAsync()).Status);
        await Deadline.UntilAsync(() => visit.RequestCount("/events?") == 1, static () => "the progress stream");
        gate.Open();
        await site.ReachesAsync(IdleState.Ready);
        await visit.SeesAsync(Application.Mark);
        Assert.Equal(2, visit.Loads.Count);
        visit.AssertClean();
    }

    [SkippableTheory]
    [InlineData(ReducedMotion.Reduce, false)]
    [InlineData(ReducedMotion.NoPreference, true)]
    public async Task Nothing_moves_for_those_who_want_it_so(ReducedMotion motion, bool moves)
    {
        chromium.SkipUnlessAvailable();
        await using var site = await StagedSite.OpenAsync("photos", new Gate());
        await using var visit = await chromium.VisitAsync(site.Address, options => options.ReducedMotion = motion);

        await visit.GoAsync();
        await visit.SeesTextAsync("h1", "Starting photos");

        Assert.Equal(moves, await visit.AskAsync<bool>("() => document.getAnimations().length > 0"));
    }

    [SkippableFact]
    public async Task Pictures_are_small()
    {
        chromium.SkipUnlessAvailable();
        foreach (var picture in await Pictures.TakeAsync(chromium))
        {
            Assert.InRange(picture.Bytes.Length, 5_000, 60_000);
        }
    }

    private static bool Refused(BrowserVisit visit, string directive) =>
        visit.Complaints.Any(text => text.Contains($"violation: {directive}", StringComparison.Ordinal));

    private static async Task SeesStepReadyAsync(StagedSite site, BrowserVisit visit)
    {
        await Deadline.UntilAsync(
            async () =>
            {
                site.Time.Advance(TimeSpan.FromMilliseconds(500));
                return await visit.Page.Locator("#steps .done").CountAsync() == 1;
            },
            static () => "the database to be ready");
    }

    private static Task FailAsync(FakeContainerCall call, CancellationToken cancellationToken) => call.Action == FakeContainerAction.Start
        ? throw new ContainerOperationException(call.Id, "No more today.")
        : Task.CompletedTask;

    private static async Task FailsAsync(StagedSite site, BrowserVisit visit)
    {
        await site.ReachesAsync(IdleState.Error);
        await visit.SeesTextAsync("h1", "Could not start");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).WaitForAsync();
    }

    /// <returns>How many texts were looked at.</returns>
    private static async Task<int> AssertLegibleAsync(BrowserVisit visit, ColorScheme scheme)
    {
        var texts = await visit.AskAsync<TextColours[]>(TextColours.Script);
        Assert.All(texts, text => Assert.True(text.Contrast >= 4.5, $"\"{text.Text}\": contrast {text.Contrast:0.00}"));
        Assert.All(texts.Where(static text => !text.IsOnOwnGround), text => Assert.Equal(scheme == ColorScheme.Dark, text.GroundLuminance < 0.2));
        return texts.Length;
    }

    private static async Task AssertFitsAsync(BrowserVisit visit, int width)
    {
        Assert.Equal(width, await visit.AskAsync<int>("() => innerWidth"));
        Assert.Equal(width, await visit.AskAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Equal(0, await visit.AskAsync<int>("() => [...document.querySelectorAll('main *')].filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.left < 0 || r.right > innerWidth + .5); }).length"));
    }

    private sealed class CarelessRenderer : ILoadingPageRenderer
    {
        public Task RenderAsync(HttpContext context, LoadingPage page) => context.Response.WriteAsync(
            $"<!DOCTYPE html><p id=\"careless\">Hello</p>{page.Container}<img src=\"http://example.test/x.png\"><style>p {{ color: red; }}</style>");
    }
}
