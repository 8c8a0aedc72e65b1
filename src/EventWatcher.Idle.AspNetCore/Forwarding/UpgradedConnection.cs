using System.Buffers;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>A connection that has gone over to another protocol, such as a WebSocket: bytes both ways until either side ends.</summary>
internal static class UpgradedConnection
{
    private const int BufferSize = 16 * 1024;
    private static readonly TimeSpan LastBytesWithin = TimeSpan.FromSeconds(2);

    public static async Task SpliceAsync(HttpContext context, HttpResponseMessage answer, TimeProvider time)
    {
        var container = await answer.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false);
        await using (container.ConfigureAwait(false))
        {
            ForwardedAnswer.CopyHeaders(context, answer);
            var client = await AcceptAsync(context, answer).ConfigureAwait(false);
            await using (client.ConfigureAwait(false))
            {
                // The server calls a request aborted as soon as its client has closed its half; what the client sent before is still to be passed on.
                using var stop = new CancellationTokenSource();
                var late = time.CreateTimer(static stop => ((CancellationTokenSource)stop!).Cancel(), stop, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                await using var ended = late.ConfigureAwait(false);
                using var gone = context.RequestAborted.UnsafeRegister(static late => ((ITimer)late!).Change(LastBytesWithin, Timeout.InfiniteTimeSpan), late);
#pragma warning disable CA2025 // Both have ended before anything is disposed.
                var up = CopyAsync(client, container, stop.Token);
                var down = CopyAsync(container, client, stop.Token);
#pragma warning restore CA2025
                await Task.WhenAny(up, down).ConfigureAwait(false);

                // Neither protocol on top of this nor the streams know a half that is closed.
                await stop.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<Stream> AcceptAsync(HttpContext context, HttpResponseMessage answer)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.Headers.Remove("Sec-WebSocket-Accept");
            return await connect.AcceptAsync().ConfigureAwait(false);
        }

        // Kestrel sets the status and Connection; which protocol it is, it doesn't know.
        context.Response.Headers.Upgrade = answer.Headers.Upgrade.ToString();
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await to.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
