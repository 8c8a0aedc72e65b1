using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace EventWatcher.IntegrationTests;

/// <summary>A person at a browser: one page, and all that it asked for, complained of and broke.</summary>
internal sealed class BrowserVisit : IAsyncDisposable
{
    /// <summary>What no browser needs, on however busy a machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IBrowserContext _context;
    private readonly Uri _site;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _ended = new();
    private readonly ConcurrentQueue<string> _loads = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    private BrowserVisit(IBrowserContext context, IPage page, Uri site)
    {
        (_context, Page, _site) = (context, page, site);
        page.Request += (_, request) => OnRequest(request);
        page.RequestFinished += (_, request) => _ended.Enqueue(request.Url);
        page.RequestFailed += (_, request) => _ended.Enqueue(request.Url);
        page.PageError += (_, error) => _complaints.Enqueue($"error: {error}");
        page.Console += (_, message) => OnConsole(message);
        page.Dialog += (_, dialog) => OnDialog(dialog);
    }

    public IPage Page { get; }

    /// <summary>What was gone to, in order.</summary>
    public IReadOnlyList<string> Loads => [.. _loads];

    /// <summary>Errors, dialogs and what the page's policy refused.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    /// <summary>All addresses that were asked for; data in an address is no request.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<BrowserVisit> BeginAsync(IBrowserContext context, Uri site)
    {
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        await context.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error(`violation: ${e.effectiveDirective} ${e.blockedURI}`));");
        return new BrowserVisit(context, await context.NewPageAsync(), site);
    }

    /// <summary>Goes to a path of the site, and is back as soon as the answer is there: the page may change at any time.</summary>
    public async Task<IResponse> GoAsync(string path = "/") =>
        (await Page.GotoAsync(new Uri(_site, path).AbsoluteUri, new PageGotoOptions { WaitUntil = WaitUntilState.Commit }))!;

    public Task SeesAsync(string selector) => Page.Locator(selector).First.WaitForAsync();

    public Task SeesTextAsync(string selector, string text) =>
        Page.Locator(selector).Filter(new LocatorFilterOptions { HasText = text }).First.WaitForAsync();

    public Task<T> AskAsync<T>(string script, object? argument = null) => Page.EvaluateAsync<T>(script, argument);

    public Task UntilAsync(string script, object? argument = null) => Page.WaitForFunctionAsync(script, argument);

    public int EndedCount(string part) => _ended.Count(url => url.Contains(part, StringComparison.Ordinal));

    public int RequestCount(string part) => _requests.Count(url => url.Contains(part, StringComparison.Ordinal));

    /// <summary>Nothing was complained of, nothing refused, and nobody but the site asked.</summary>
    public void AssertClean()
    {
        Assert.Empty(Complaints);
        Assert.All(Requests, url => Assert.Equal(_site.Authority, new Uri(url).Authority));
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();

    private void OnRequest(IRequest request)
    {
        if (request.Url.StartsWith("data:", StringComparison.Ordinal))
        {
            return;
        }

        _requests.Enqueue(request.Url);
        if (request.IsNavigationRequest)
        {
            _loads.Enqueue(request.Url);
        }
    }

    private void OnConsole(IConsoleMessage message)
    {
        // The statuses of the pages themselves are no complaint: 503 and 502 are what they are to be.
        if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource: the server responded", StringComparison.Ordinal))
        {
            _complaints.Enqueue($"{message.Type}: {message.Text}");
        }
    }

    private void OnDialog(IDialog dialog)
    {
        _complaints.Enqueue($"dialog: {dialog.Message}");
        _ = dialog.DismissAsync();
    }
}
