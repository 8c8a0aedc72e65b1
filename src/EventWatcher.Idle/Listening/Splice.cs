using System.Buffers;
using System.Net.Sockets;

namespace EventWatcher.Idle;

/// <summary>Carries bytes between two sockets until both have no more to say. A buffer is held only while bytes are there.</summary>
internal static class Splice
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Carries both ways. An end of one side is passed on, and the other way goes on; a failure ends both.</summary>
    /// <param name="client">The one side.</param>
    /// <param name="server">The other side.</param>
    /// <param name="onClientBytes">Called before bytes of the client are passed on.</param>
    /// <param name="onServerBytes">Called before bytes of the server are passed on.</param>
    /// <param name="cancellationToken">Ends both ways.</param>
    public static async Task RunAsync(
        Socket client,
        Socket server,
        Func<int, ValueTask> onClientBytes,
        Func<int, ValueTask> onServerBytes,
        CancellationToken cancellationToken)
    {
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
#pragma warning disable CA2025 // Both are awaited here; whoever owns the sockets awaits this.
        var there = CarryAsync(client, server, onClientBytes, failure);
        var back = CarryAsync(server, client, onServerBytes, failure);
#pragma warning restore CA2025
        await Task.WhenAll(there, back).ConfigureAwait(false);
    }

    private static async Task CarryAsync(Socket from, Socket to, Func<int, ValueTask> onBytes, CancellationTokenSource failure)
    {
        var token = failure.Token;
        try
        {
            while (true)
            {
                // Nothing is rented while there is nothing to carry.
                await from.ReceiveAsync(Memory<byte>.Empty, token).ConfigureAwait(false);
                if (!await CarryAvailableAsync(from, to, onBytes, token).ConfigureAwait(false))
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
            }
        }
        catch
        {
            // The other way has no more use either.
            await failure.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<bool> CarryAvailableAsync(Socket from, Socket to, Func<int, ValueTask> onBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            do
            {
                var read = await from.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return false;
                }

                await onBytes(read).ConfigureAwait(false);
                await SendAllAsync(to, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
            while (from.Available > 0);

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        while (data.Length > 0)
        {
            data = data[await to.SendAsync(data, cancellationToken).ConfigureAwait(false)..];
        }
    }
}
