using Microsoft.AspNetCore.Http;

namespace EventWatcher.IntegrationTests;

/// <summary>What answers for a container that is awake: a page with a form, and what was sent by it.</summary>
internal static class Application
{
    /// <summary>What is on the application's pages alone.</summary>
    public const string Mark = "#application";

    private const string Form = "<form method=\"post\" action=\"/orders\"><input name=\"what\"><textarea name=\"why\"></textarea><button>Send</button></form>";

    public static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        var content = Form;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            content = $"<p id=\"got\">{form["what"]}, {form["why"].ToString().Length}</p>";
        }

        await context.Response.WriteAsync(
            $"<!DOCTYPE html><html lang=\"en\"><link rel=\"icon\" href=\"data:,\"><title>Application</title><h1 id=\"application\">{context.Request.Path}</h1>{content}</html>",
            context.RequestAborted);
    }
}
