using System.Collections;
using System.Globalization;
using Microsoft.Playwright;

namespace EventWatcher.IntegrationTests;

/// <summary>A real browser without windows, from Debian's package: one process for the tests of a class, a fresh profile for each visit.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private readonly string _home = Path.Combine(Path.GetTempPath(), $"ew-chromium-{Guid.NewGuid():N}");
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Beside the engine's first line of every test, which is then a <c>[SkippableFact]</c>.</summary>
    public void SkipUnlessAvailable() => Skip.IfNot(File.Exists(Program), $"There is no browser: {Program} is not installed (Debian's package is chromium).");

    internal async Task<BrowserVisit> VisitAsync(Uri site, Action<BrowserNewContextOptions>? configure = null)
    {
        _browser ??= await LaunchAsync();
        var options = new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 720, Height = 540 } };
        configure?.Invoke(options);
        return await BrowserVisit.BeginAsync(await _browser.NewContextAsync(options), site);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        if (Directory.Exists(_home))
        {
            Directory.Delete(_home, recursive: true);
        }
    }

    private async Task<IBrowser> LaunchAsync()
    {
        Directory.CreateDirectory(_home);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Headless = true,
            Timeout = (float)BrowserVisit.Patience.TotalMilliseconds,
            Env = EnvironmentWithHome(),
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-proxy-server",

                // Whatever is asked of another host leads nowhere, and is seen.
                "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        });
    }

    // What a browser keeps in the home folder besides its profile goes with ours.
    private IEnumerable<KeyValuePair<string, string>> EnvironmentWithHome() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(static entry => KeyValuePair.Create(Text(entry.Key), Text(entry.Value)))
        .Where(static pair => pair.Key is not "HOME" && !pair.Key.StartsWith("XDG_", StringComparison.Ordinal))
        .Append(KeyValuePair.Create("HOME", _home));

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
