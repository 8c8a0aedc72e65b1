using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Writes problem details.</summary>
internal static class Problems
{
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(1);

    /// <summary>Answers with a refusal. Does nothing where the answer has begun.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">Why it is refused.</param>
    /// <param name="retryAfter">When another try is worth while; null where it isn't by waiting.</param>
    /// <param name="status">The status, where it is not the refusal's.</param>
    public static async Task WriteAsync(HttpContext context, HttpRefusal refusal, TimeSpan? retryAfter, int? status = null)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            return;
        }

        response.StatusCode = status ?? refusal.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = SecondsOf(wait);
        }

        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        {
            response.ContentType = null;
            return;
        }

        var writer = new Utf8JsonWriter(response.BodyWriter);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(response.StatusCode));
            writer.WriteNumber("status"u8, response.StatusCode);
            writer.WriteString("detail"u8, refusal.Detail);
            writer.WriteString("reason"u8, refusal.Reason);
            writer.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    public static Task WriteAsync(HttpContext context, IdleRefusal refusal)
    {
        // The time by recent wakes says nothing where waiting was not what went wrong.
        var retryAfter = refusal.RetryAfter > Shortly ? refusal.RetryAfter : Shortly;
        return WriteAsync(context, HttpRefusal.Of(refusal), retryAfter);
    }

    public static string SecondsOf(TimeSpan time) =>
        Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
