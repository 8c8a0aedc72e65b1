using System.Net;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Copies a container's answer to the client: each piece as it comes.</summary>
internal static class ForwardedAnswer
{
    private const int MaxPending = 64 * 1024;

    public static async Task CopyAsync(HttpContext context, HttpResponseMessage answer, TimeProvider time, TimeSpan? maxSilence)
    {
        if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            if (answer.RequestMessage?.Headers.NonValidated.Contains("Upgrade") != true)
            {
                throw new HttpRequestException(HttpRequestError.InvalidResponse, "It went over to another protocol, and nobody had asked.");
            }

            await UpgradedConnection.SpliceAsync(context, answer, time, maxSilence).ConfigureAwait(false);
            return;
        }

        if (answer.IsSuccessStatusCode && context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
        {
            // With HTTP/2 the client would take this for the other protocol's beginning.
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "It was asked to go over to another protocol, and answered as if it had not been.");
        }

        var response = context.Response;
        response.StatusCode = (int)answer.StatusCode;
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = answer.ReasonPhrase;
        CopyHeaders(context, answer);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        await response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        var stream = await answer.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await CopyBodyAsync(stream, response.BodyWriter, context.RequestAborted).ConfigureAwait(false);
        }

        if (response.SupportsTrailers())
        {
            foreach (var (name, values) in answer.TrailingHeaders.NonValidated)
            {
                response.AppendTrailer(name, values.ToArray());
            }
        }
    }

    public static void CopyHeaders(HttpContext context, HttpResponseMessage answer)
    {
        var headers = context.Response.Headers;
        Microsoft.Extensions.Primitives.StringValues connection =
            answer.Headers.NonValidated.TryGetValues("Connection", out var named) ? named.ToArray() : [];
        foreach (var (name, values) in answer.Headers.NonValidated)
        {
            if (!ForwardedHeaders.IsOfOneConnection(name, connection))
            {
                Append(headers, name, values.ToArray());
            }
        }

        foreach (var (name, values) in answer.Content.Headers.NonValidated)
        {
            if (!string.Equals(name, "Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                Append(headers, name, values.ToArray());
            }
            else if (answer.Headers.TransferEncodingChunked is not true && answer.StatusCode is not (HttpStatusCode.SwitchingProtocols or HttpStatusCode.NoContent))
            {
                // Beside chunks, or where nothing follows, a length counts for nothing, and two that differ would make two answers of one.
                headers.ContentLength = answer.Content.Headers.ContentLength
                    ?? throw new HttpRequestException(HttpRequestError.InvalidResponse, "It says a length that is none.");
            }
        }
    }

    private static void Append(IHeaderDictionary headers, string name, string[] values)
    {
        try
        {
            headers.Append(name, values);
        }
        catch (InvalidOperationException)
        {
            // Letters beyond ASCII, and a server that was not told how to write them (ResponseHeaderEncodingSelector).
            headers.Append(name, Array.ConvertAll(values, static value => string.Create(value.Length, value, static (span, text) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
                }
            })));
        }
    }

    private static async Task CopyBodyAsync(Stream stream, System.IO.Pipelines.PipeWriter writer, CancellationToken cancellationToken)
    {
        var pending = 0;
        while (true)
        {
            // Nothing is rented while nothing comes: a thousand silent streams are not to cost a thousand buffers.
            var coming = stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
            if (!coming.IsCompleted || pending >= MaxPending)
            {
                // The client gets what there is before anything is waited for; at first, that is the headers.
                pending = 0;
                if ((await writer.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted)
                {
                    await coming.ConfigureAwait(false);
                    return;
                }
            }

            await coming.ConfigureAwait(false);
            var count = await stream.ReadAsync(writer.GetMemory(), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                // With a length and headers that have gone already, the server would keep the last piece for the next answer.
                if (pending > 0)
                {
                    await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
                }

                return;
            }

            writer.Advance(count);
            pending += count;
        }
    }
}
