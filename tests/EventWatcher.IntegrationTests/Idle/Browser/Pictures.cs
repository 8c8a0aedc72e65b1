using EventWatcher.Idle;
using EventWatcher.TestKit;
using Microsoft.Playwright;

namespace EventWatcher.IntegrationTests;

/// <summary>Takes the README's pictures of the loading page: the same each time, since its time is a staged one.</summary>
internal static class Pictures
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("EVENTWATCHER_SCREENSHOTS");

    public static async Task<IReadOnlyList<Picture>> TakeAsync(Chromium chromium)
    {
        var (photos, postgres, redis) = (new Gate(), new Gate(), new Gate());
        await using var site = await StagedSite.OpenAsync("photos", photos, services: null, ("postgres", postgres), ("redis", redis));
        await site.RehearseAsync(TimeSpan.FromSeconds(9), photos, postgres, redis);
        List<Picture> pictures = [];

        _ = site.Watcher.WakeAsync();
        await Deadline.UntilAsync(() => site.Watcher.WakeEvents.Latest?.Type == WakeEventType.WakingDependency, static () => "a wake");
        postgres.Open();
        await AdvanceUntilAsync(site, WakeEventType.DependencyReady, TimeSpan.FromSeconds(2));
        pictures.Add(await TakeAsync(chromium, site, "light", ColorScheme.Light, 640, 560));
        redis.Open();
        await AdvanceUntilAsync(site, WakeEventType.WaitingReady, TimeSpan.FromSeconds(7));
        pictures.Add(await TakeAsync(chromium, site, "dark", ColorScheme.Dark, 640, 560));
        pictures.Add(await TakeAsync(chromium, site, "phone", ColorScheme.Light, 360, 640));

        site.Runtime.OnCall = static (call, _) => call.Action == FakeContainerAction.Start
            ? throw new ContainerOperationException(call.Id, "No more today.")
            : Task.CompletedTask;
        site.Runtime.End("photos");
        await site.ReachesAsync(IdleState.Error);
        pictures.Add(await TakeAsync(chromium, site, "error", ColorScheme.Light, 640, 400));
        return pictures;
    }

    /// <summary>Lets time go by, to the step and to the time of the wake.</summary>
    private static Task AdvanceUntilAsync(StagedSite site, WakeEventType type, TimeSpan elapsed) => Deadline.UntilAsync(
        () =>
        {
            var latest = site.Watcher.WakeEvents.Latest!;
            var began = latest.Timestamp - latest.Elapsed;
            if (latest.Type == type && site.Time.GetUtcNow() - began >= elapsed)
            {
                return true;
            }

            site.Time.Advance(TimeSpan.FromMilliseconds(250));
            return false;
        },
        () => $"{type}; it is {site.Watcher.WakeEvents.Latest?.Type}");

    private static async Task<Picture> TakeAsync(Chromium chromium, StagedSite site, string name, ColorScheme scheme, int width, int height)
    {
        await using var visit = await chromium.VisitAsync(site.Address, options =>
        {
            options.ColorScheme = scheme;
            options.ReducedMotion = ReducedMotion.Reduce;
            options.ViewportSize = new ViewportSize { Width = width, Height = height };
        });
        await visit.GoAsync();
        await visit.SeesTextAsync("h1", "photos");
        if (await visit.Page.Locator(".waking").CountAsync() > 0)
        {
            // What happened before is told first.
            await visit.UntilAsync("text => document.getElementById('message').textContent === text", site.Watcher.WakeEvents.Latest!.Message);
        }

        var picture = new Picture(name, await visit.Page.ScreenshotAsync());
        if (!string.IsNullOrEmpty(Folder))
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllBytesAsync(Path.Combine(Folder, $"loading-page-{name}.png"), picture.Bytes);
        }

        return picture;
    }
}
