using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>The loading page of this package: one file without outside resources, in light and dark, with and without JavaScript.</summary>
internal sealed class LoadingPageRenderer : ILoadingPageRenderer
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Default;

    public async Task RenderAsync(HttpContext context, LoadingPage page)
    {
        var bytes = Encoding.UTF8.GetBytes(Write(page));
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    internal static string Write(LoadingPage page)
    {
        var name = Html.Encode(page.Container);
        var isFailed = page.Error is not null;
        var text = new StringBuilder(8 * 1024);
        text.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        text.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        text.Append("<meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n");
        if (page.RefreshAfter is { } refresh)
        {
            text.Append(CultureInfo.InvariantCulture, $"<noscript><meta http-equiv=\"refresh\" content=\"{Math.Ceiling(refresh.TotalSeconds):0}\"></noscript>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<title>{(isFailed ? "Could not start" : "Starting")} {name}</title>\n");
        text.Append(CultureInfo.InvariantCulture, $"<style nonce=\"{page.Nonce}\">{LoadingPageText.Style}");
        if (PartOf(page) is { } part)
        {
            text.Append(CultureInfo.InvariantCulture, $":root {{ --p: {part:0.###}; }}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"</style>\n</head>\n<body class=\"{(isFailed ? "failed" : "waking")}\" data-elapsed=\"{page.Elapsed.TotalMilliseconds:0}\"");
        text.Append(CultureInfo.InvariantCulture, $" data-expected=\"{page.Expected?.TotalMilliseconds ?? 0:0}\" data-refresh=\"{page.RefreshAfter?.TotalMilliseconds ?? 0:0}\"");
        text.Append(CultureInfo.InvariantCulture, $" data-container=\"{name}\" data-events=\"{Html.Encode(page.EventsPath ?? "")}\">\n<main>\n{LoadingPageText.Dawn}");
        text.Append(CultureInfo.InvariantCulture, $"<h1 id=\"title\">{(isFailed ? "Could not start" : "Starting")} <b>{name}</b></h1>\n");
        text.Append(CultureInfo.InvariantCulture, $"<p id=\"message\" role=\"status\">{Html.Encode(page.Error ?? "It was asleep, and is on its way.")}</p>\n");
        WriteProgress(text, page);
        text.Append("<p class=\"note\">The application opens here by itself.</p>\n");
        text.Append(CultureInfo.InvariantCulture, $"<p class=\"retry\"><a id=\"retry\" href=\"{Html.Encode(page.RetryPath)}\" rel=\"nofollow\">Try again</a></p>\n</main>\n");
        if (!isFailed)
        {
            text.Append(CultureInfo.InvariantCulture, $"<script nonce=\"{page.Nonce}\">{LoadingPageText.Script}</script>\n");
        }

        return text.Append("</body>\n</html>\n").ToString();
    }

    // As the script has it, so that the page without a script shows the same: four fifths when it takes as long as it is
    // expected to, and onward from there without ever being full.
    private static double? PartOf(LoadingPage page)
    {
        if (page.Expected is not { } expected || expected <= TimeSpan.Zero)
        {
            return null;
        }

        var x = Math.Max(0, page.Elapsed / expected);
        return 1 - (1 / (1 + (2 * x) + (2 * x * x)));
    }

    private static void WriteProgress(StringBuilder text, LoadingPage page)
    {
        var value = PartOf(page) is { } part ? string.Create(CultureInfo.InvariantCulture, $" value=\"{part:0.###}\"") : "";
        text.Append(CultureInfo.InvariantCulture, $"<div class=\"progress\">\n<progress id=\"bar\" aria-labelledby=\"title\"{value}></progress>\n<p id=\"time\">");
        if (page.Expected is { } expected)
        {
            text.Append(CultureInfo.InvariantCulture, $"Usually takes about {Math.Max(1, Math.Ceiling(expected.TotalSeconds)):0} s.");
        }

        text.Append("</p>\n<ul id=\"steps\">\n");
        var missing = page.Steps.Count(static step => !step.IsDone);
        for (var i = 0; i < page.Steps.Count; i++)
        {
            var step = page.Steps[i];
            var state = step.IsDone ? "ready" : i == page.Steps.Count - 1 && missing > 1 ? "next" : "starting";
            text.Append(CultureInfo.InvariantCulture, $"<li class=\"{(step.IsDone ? "done" : "")}\"><b>{Html.Encode(step.Name)}</b> <span>{state}</span></li>\n");
        }

        text.Append("</ul>\n</div>\n");
    }
}
