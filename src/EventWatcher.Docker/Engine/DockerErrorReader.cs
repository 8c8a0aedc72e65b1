using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace EventWatcher.Docker;

/// <summary>Makes the exception of an answer that says an error, with the engine's own words.</summary>
internal static class DockerErrorReader
{
    private const int MaxBody = 64 << 10;
    private const int MaxWords = 2048;

    internal static async Task<DockerApiException> ReadAsync(
        string engine, string what, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = ArrayPool<byte>.Shared.Rent(MaxBody);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var words = Words(body.AsMemory(0, length));
            ArrayPool<byte>.Shared.Return(body);
            return Create(engine, what, response.StatusCode, words);
        }
    }

    private static DockerApiException Create(string engine, string what, HttpStatusCode status, string words)
    {
        var message = $"The Docker engine at {engine} refused to {what} ({(int)status}){(words.Length > 0 ? ": " + words : ".")}";
        return status switch
        {
            HttpStatusCode.NotFound => new DockerNotFoundException(engine, status, words, message),
            HttpStatusCode.Conflict => new DockerConflictException(engine, status, words, message),
            HttpStatusCode.BadRequest => new DockerBadRequestException(engine, status, words, message),
            >= HttpStatusCode.InternalServerError => new DockerServerException(engine, status, words, message),
            _ => new DockerRefusedException(engine, status, words, message),
        };
    }

    // {"message":"…"}, or plain text from a proxy or an old engine.
    private static string Words(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.String)
            {
                return Clean(message.GetString()!);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or not valid text: shown as it is.
            return Clean(Encoding.UTF8.GetString(body.Span));
        }

        return Clean(Encoding.UTF8.GetString(body.Span));
    }

    private static string Clean(string words)
    {
        words = words.Length > MaxWords ? string.Concat(words.AsSpan(0, MaxWords), "…") : words;
        return string.Create(words.Length, words, static (output, given) =>
        {
            for (var i = 0; i < output.Length; i++)
            {
                output[i] = char.IsControl(given[i]) ? ' ' : given[i];
            }
        }).Trim();
    }
}
