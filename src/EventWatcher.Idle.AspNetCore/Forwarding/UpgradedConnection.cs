using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>A connection that has gone over to another protocol, such as a WebSocket: bytes both ways until either side ends.</summary>
internal static class UpgradedConnection
{
    private const int BufferSize = 16 * 1024;

    // Not more than the server's buffer, which the slowest container is given time for.
    private static readonly TimeSpan LastBytesWithin = TimeSpan.FromSeconds(30);

    public static async Task SpliceAsync(HttpContext context, HttpResponseMessage answer, TimeProvider time, TimeSpan? maxSilence)
    {
        var container = await answer.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false);
        await using (container.ConfigureAwait(false))
        {
            ForwardedAnswer.CopyHeaders(context, answer);
            if (await TryAcceptAsync(context, answer).ConfigureAwait(false) is not { } client)
            {
                context.Response.Clear();
                await Problems.WriteAsync(context, HttpRefusal.TooManyUpgraded, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                return;
            }

            await using (client.ConfigureAwait(false))
            {
                // The server calls a request aborted as soon as its client has closed its half: nothing goes down any more, but
                // what the client sent before is still passed on, where the container takes it.
                using var stop = new CancellationTokenSource();
                var late = StopLater(time, stop, Timeout.InfiniteTimeSpan);
                await using var lateEnd = late.ConfigureAwait(false);
                var silent = StopLater(time, stop, maxSilence ?? Timeout.InfiniteTimeSpan);
                await using var silentEnd = silent.ConfigureAwait(false);
                Action? onBytes = maxSilence is { } limit ? () => silent.Change(limit, Timeout.InfiniteTimeSpan) : null;
                using var stopping = StoppingOf(context).UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), stop);
                using var gone = context.RequestAborted.UnsafeRegister(static late => ((ITimer)late!).Change(LastBytesWithin, Timeout.InfiniteTimeSpan), late);
#pragma warning disable CA2025 // Both have ended before anything is disposed.
                var up = CopyAsync(client, container, onBytes, stop.Token);
                var down = CopyAsync(container, client, onBytes, stop.Token);
#pragma warning restore CA2025
                var ended = await Task.WhenAny(up, down).ConfigureAwait(false);
                if (ended.IsCompletedSuccessfully && !await ended.ConfigureAwait(false))
                {
                    // Who takes nothing more may have said something that is still on its way.
                    late.Change(LastBytesWithin, Timeout.InfiniteTimeSpan);
                    await Task.WhenAny(ended == up ? down : up).ConfigureAwait(false);
                }

                // Neither protocol on top of this nor the streams know a half that is closed.
                await stop.CancelAsync().ConfigureAwait(false);
                await ((Task)Task.WhenAll(up, down)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static ITimer StopLater(TimeProvider time, CancellationTokenSource stop, TimeSpan after) =>
        time.CreateTimer(static stop => ((CancellationTokenSource)stop!).Cancel(), stop, after, Timeout.InfiniteTimeSpan);

    // The server waits for its requests, and who is silent here would go on for ever.
    private static CancellationToken StoppingOf(HttpContext context) =>
        context.RequestServices?.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

    /// <summary>Goes over to the other protocol.</summary>
    /// <returns>The client's side; null where the server has as many of them as it allows.</returns>
    private static async Task<Stream?> TryAcceptAsync(HttpContext context, HttpResponseMessage answer)
    {
        try
        {
            return await AcceptAsync(context, answer).ConfigureAwait(false);
        }
        catch (InvalidOperationException) when (!context.Response.HasStarted)
        {
            return null;
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

    /// <summary>Passes on what is said, until there is an end of it or nobody who takes it.</summary>
    /// <returns>Whether it was the end; false where nobody takes it.</returns>
    private static async Task<bool> CopyAsync(Stream from, Stream to, Action? onBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                onBytes?.Invoke();
                if (!await TryWriteAsync(to, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> TryWriteAsync(Stream to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await to.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await to.FlushAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
