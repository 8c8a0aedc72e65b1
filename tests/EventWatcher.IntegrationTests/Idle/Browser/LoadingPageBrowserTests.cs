using EventWatcher.Idle;
using Microsoft.Playwright;

namespace EventWatcher.IntegrationTests;

/// <summary>The loading page before containers on the real engine, as somebody at a real browser sees it.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class LoadingPageBrowserTests(DockerEngineFixture engine, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan NeverWhileTesting = TimeSpan.FromMinutes(10);

    [SkippableFact]
    public async Task Page_appears_progress_moves_and_it_becomes_the_application_without_a_click()
    {
        SkipUnlessAvailable();
        var gate = new Gate();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, Awaiting(gate));
        await WakeOnceAsync(house, watcher, gate);
        await using var visit = await chromium.VisitAsync(SiteOf(house));

        var answer = await visit.GoAsync("/photos?of=cats#new");

        Assert.Equal(503, answer.Status);
        Assert.Equal("no-store", await answer.HeaderValueAsync("cache-control"));
        await visit.SeesTextAsync("h1", $"Starting {watcher.Name}");
        Assert.True(await visit.Page.GetByRole(AriaRole.Progressbar, new() { Name = $"Starting {watcher.Name}", Exact = true }).IsVisibleAsync());
        Assert.True(await visit.Page.GetByRole(AriaRole.Status).IsVisibleAsync());
        Assert.False(await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).IsVisibleAsync());

        await visit.SeesTextAsync("#message", "Waiting until");
        var part = await visit.AskAsync<double>("() => document.getElementById('bar').value");
        var time = await visit.AskAsync<string>("() => document.getElementById('time').textContent");
        await visit.UntilAsync("part => document.getElementById('bar').value > part", part);
        await visit.UntilAsync("time => document.getElementById('time').textContent !== time", time);
        await visit.UntilAsync("part => Number(getComputedStyle(document.documentElement).getPropertyValue('--p')) > part", part);

        gate.Open();
        await visit.SeesTextAsync(Application.Mark, "/photos");
        Assert.EndsWith("/photos?of=cats#new", visit.Page.Url, StringComparison.Ordinal);
        Assert.Equal(2, house.House.Provider.Count("start", id));
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Progress_stream_ends_when_ready_and_the_page_loads_once_again_and_no_more()
    {
        SkipUnlessAvailable();
        var gate = new Gate();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (_, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, Awaiting(gate));
        await using var visit = await chromium.VisitAsync(SiteOf(house));

        await visit.GoAsync();
        await visit.SeesTextAsync("#message", "Waiting until");
        Assert.Equal(1, visit.RequestCount("/events?"));
        gate.Open();
        await visit.SeesAsync(Application.Mark);
        await Deadline.UntilAsync(() => visit.EndedCount("/events?") == 1, static () => "the end of the progress stream");

        // It sleeps, and the page that is open by now asks for nothing.
        await Deadline.UntilAsync(() => watcher.SleepAsync(), static () => "a sleep");
        Assert.Equal("complete", await visit.AskAsync<string>("() => document.readyState"));
        Assert.Equal(2, visit.Loads.Count);
        Assert.Equal(1, visit.RequestCount("/events?"));
        Assert.Equal(IdleState.Napping, watcher.State);
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Without_javascript_the_page_renews_itself_and_becomes_the_application()
    {
        SkipUnlessAvailable();
        var gate = new Gate();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, Awaiting(gate));
        await using var visit = await chromium.VisitAsync(SiteOf(house), static options => options.JavaScriptEnabled = false);

        Assert.Equal(503, (await visit.GoAsync()).Status);
        await visit.SeesTextAsync("h1", $"Starting {watcher.Name}");
        await Deadline.UntilAsync(() => visit.Loads.Count >= 2, static () => "the page to renew itself", BrowserVisit.Patience);
        Assert.Equal(0, visit.RequestCount("/events?"));
        gate.Open();

        await visit.SeesAsync(Application.Mark);
        Assert.Equal(1, house.House.Provider.Count("start", id));
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Start_that_fails_is_shown_and_the_retry_button_leads_to_the_application()
    {
        SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await AddFailingAsync(house);
        await using var visit = await chromium.VisitAsync(SiteOf(house));

        await visit.GoAsync("/photos?of=cats");
        await visit.SeesTextAsync("h1", $"Could not start {watcher.Name}");
        await visit.SeesTextAsync("#message", "The application could not be started.");
        Assert.DoesNotContain("/no/such", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.False(await visit.Page.Locator("#bar").IsVisibleAsync());
        Assert.Contains("Could not start", await visit.Page.TitleAsync(), StringComparison.Ordinal);

        await MendAsync(house, id, watcher);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await visit.SeesTextAsync(Application.Mark, "/photos");
        Assert.EndsWith("/photos?of=cats", visit.Page.Url, StringComparison.Ordinal);
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Start_that_fails_is_shown_without_javascript_too_and_the_retry_works()
    {
        SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await AddFailingAsync(house);
        await using var visit = await chromium.VisitAsync(SiteOf(house), static options => options.JavaScriptEnabled = false);

        await visit.GoAsync("/photos");
        await visit.SeesTextAsync("#message", "The application could not be started.");
        await MendAsync(house, id, watcher);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();

        await visit.SeesTextAsync(Application.Mark, "/photos");
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Engine_that_is_down_is_shown_and_the_retry_button_works_when_it_is_back()
    {
        engine.SkipUnlessPrivate();
        chromium.SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (_, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, static options => options.IdleTimeout = NeverWhileTesting);
        await house.House.ReachesAsync(watcher, IdleState.Napping);
        await using var visit = await chromium.VisitAsync(SiteOf(house));
        await engine.Host.StopAsync();
        try
        {
            await visit.GoAsync("/photos");
            await visit.SeesTextAsync("#message", "What runs the application can't be reached.");
        }
        finally
        {
            await engine.Host.StartAsync();
        }

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await visit.SeesTextAsync(Application.Mark, "/photos");
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Form_that_is_sent_to_a_sleeping_container_arrives_with_its_body()
    {
        SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var (id, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, static options => options.IdleTimeout = NeverWhileTesting);
        await using var visit = await chromium.VisitAsync(SiteOf(house));
        await visit.GoAsync();
        await visit.SeesAsync(Application.Mark);
        await Deadline.UntilAsync(() => watcher.SleepAsync(), static () => "a sleep");

        await visit.Page.FillAsync("input[name=what]", "tea & coffee");
        await visit.Page.FillAsync("textarea[name=why]", new string('x', 100_000));
        await visit.Page.ClickAsync("button");

        await visit.SeesTextAsync("#got", "tea & coffee, 100000");
        Assert.Equal(2, house.House.Provider.Count("start", id));
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Dependencies_are_shown_as_steps()
    {
        SkipUnlessAvailable();
        var (database, application) = (new Gate(), new Gate());
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var name = $"idle-db-{Guid.NewGuid():N}";
        await engine.Control.CreateAsync(new ContainerSpec { Name = name });
        house.House.Manager.GetOrAdd(name, new IdleContainerOptions { IdleTimeout = Timeout.InfiniteTimeSpan, StopTimeout = TimeSpan.FromSeconds(2), HealthProbe = database.Probe });
        var (_, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, options =>
        {
            Awaiting(application)(options);
            options.DependsOn.Add(name + ":healthy");
        });
        await using var visit = await chromium.VisitAsync(SiteOf(house));

        await visit.GoAsync();
        await visit.UntilAsync(Steps, new[] { $"{name} starting", $"{watcher.Name} next" });
        Assert.True(await visit.Page.GetByRole(AriaRole.List).IsVisibleAsync());
        database.Open();
        await visit.UntilAsync(Steps, new[] { $"{name} ready", $"{watcher.Name} starting" });

        // Whoever comes later is told the same.
        await visit.GoAsync("/later");
        await visit.UntilAsync(Steps, new[] { $"{name} ready", $"{watcher.Name} starting" });
        application.Open();
        await visit.SeesTextAsync(Application.Mark, "/later");
        visit.AssertClean();
    }

    [SkippableFact]
    public async Task Label_with_markup_in_it_is_shown_as_it_stands_and_nothing_comes_of_it()
    {
        const string Name = "<img src=x onerror=\"alert(1)\"> & <script>alert('2')</script> ünï 名";
        SkipUnlessAvailable();
        await using var house = await IdleHttpHouse.OpenAsync(engine);
        var container = $"idle-{Guid.NewGuid():N}";
        await engine.Control.CreateAsync(new ContainerSpec
        {
            Name = container,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["eventwatcher.idle.idle-timeout"] = "10m",
                ["eventwatcher.idle.host"] = "app.localhost",
                ["eventwatcher.idle.depends-on"] = Name,
            },
        });
        await Deadline.UntilAsync(() => house.House.Manager.TryGet(container, out _), () => $"{container} to be managed");
        await using var visit = await chromium.VisitAsync(SiteOf(house));

        await visit.GoAsync();
        await visit.SeesTextAsync("#message", "Something that the application needs could not be started.");

        await visit.UntilAsync("name => document.querySelector('#steps b').textContent === name", Name);
        Assert.Equal(0, await visit.Page.Locator("#steps img, #steps script").CountAsync());
        visit.AssertClean();
    }

    /// <summary>What the steps say: names and how far they are.</summary>
    private const string Steps = "steps => [...document.querySelectorAll('#steps li')].map(li => li.textContent).join() === steps.join()";

    private void SkipUnlessAvailable()
    {
        engine.SkipUnlessAvailable();
        chromium.SkipUnlessAvailable();
    }

    private static Uri SiteOf(IdleHttpHouse house) => new($"http://app.localhost:{house.Address.Port}");

    private static Action<IdleContainerOptions> Awaiting(Gate gate) => options =>
    {
        options.HealthProbe = gate.Probe;
        options.IdleTimeout = NeverWhileTesting;
        options.WakeTimeout = NeverWhileTesting;
    };

    /// <summary>From then on it is known about how long it takes.</summary>
    private static async Task WakeOnceAsync(IdleHttpHouse house, IdleWatcher watcher, Gate gate)
    {
        var wake = watcher.WakeAsync();
        await house.House.ReachesAsync(watcher, IdleState.Starting);
        gate.Open();
        await wake.WaitAsync(Deadline.Generous);
        gate.Shut();
        await Deadline.UntilAsync(() => watcher.SleepAsync(), static () => "a sleep");
    }

    /// <summary>An application whose container can't be started: there is no such program in it.</summary>
    private async Task<(string Id, IdleWatcher Watcher)> AddFailingAsync(IdleHttpHouse house)
    {
        var (good, watcher) = await house.AddApplicationAsync(Application.AnswerAsync, static options => options.IdleTimeout = NeverWhileTesting);
        await house.House.ReachesAsync(watcher, IdleState.Napping);
        return (await ReplaceAsync(house, good, watcher, new ContainerSpec { Name = watcher.Name, Command = ["/no/such/program"] }), watcher);
    }

    private async Task MendAsync(IdleHttpHouse house, string id, IdleWatcher watcher) =>
        await ReplaceAsync(house, id, watcher, new ContainerSpec { Name = watcher.Name });

    private async Task<string> ReplaceAsync(IdleHttpHouse house, string id, IdleWatcher watcher, ContainerSpec spec)
    {
        await engine.Control.RemoveAsync(id);
        await Deadline.UntilAsync(() => watcher.Id.Value != id || watcher.State == IdleState.Error, static () => "the end of the container to be seen");
        var next = await engine.Control.CreateAsync(spec);
        await Deadline.UntilAsync(() => watcher.Id.Value == next, () => $"{watcher.Name} to be {next}; it is {watcher.Id.Value}");
        await house.House.ReachesAsync(watcher, IdleState.Napping);
        return next;
    }
}
