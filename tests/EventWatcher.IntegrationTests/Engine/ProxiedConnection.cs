using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace EventWatcher.IntegrationTests;

/// <summary>One client's connection through <see cref="CuttingProxy"/>: two pumps that end together.</summary>
internal sealed class ProxiedConnection(CuttingProxy proxy, Socket client, EndPoint target)
{
    private const int BufferSize = 16 * 1024;

    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _downstream = new(1);
    private readonly Socket _upstream = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private ProxyCut? _cut;

    /// <summary>Completes when both sockets are closed. Never faults: that a connection breaks is what the proxy is for.</summary>
    public Task Ended => _ended.Task;

    public async Task RunAsync()
    {
        try
        {
            await _upstream.ConnectAsync(target, _end.Token);

            // An engine that says goodbye ends both directions; a client that has said all it wants still listens.
            var up = PumpAsync(client, _upstream, downstream: false);
            var down = PumpAsync(_upstream, client, downstream: true);
            await down;
            await _end.CancelAsync();
            await up;
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException)
        {
            // The client sees it when its socket is closed, next.
            _cut ??= ProxyCut.Abort;
        }
        finally
        {
            if (_cut is ProxyCut.Abort && client.AddressFamily != AddressFamily.Unix)
            {
                client.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            client.Dispose();
            _upstream.Dispose();
            _ended.SetResult();
        }
    }

    /// <summary>Ends the connection; returns when both its sockets are closed.</summary>
    public async Task CutAsync(ProxyCut how)
    {
        _cut = how;
        if (how != ProxyCut.Abort)
        {
            // Between two chunks, never within one.
            await _downstream.WaitAsync();
            try
            {
                if (how == ProxyCut.EndOfBody && client.Connected)
                {
                    _ = await client.SendAsync("0\r\n\r\n"u8.ToArray());
                }
            }
            catch (SocketException)
            {
                // The client was quicker.
                _cut = ProxyCut.Close;
            }
            finally
            {
                await _end.CancelAsync();
                _ = _downstream.Release();
            }
        }

        await _end.CancelAsync();
        await Ended;
    }

    private async Task PumpAsync(Socket from, Socket to, bool downstream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer.AsMemory(0, BufferSize), _end.Token)) > 0)
            {
                if (downstream)
                {
                    await SendDownAsync(to, buffer.AsMemory(0, read));
                }
                else
                {
                    proxy.Passed(read, downstream: false);
                    await SendAllAsync(to, buffer.AsMemory(0, read));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone or the test cut the connection: the other pump has to end too.
            await _end.CancelAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendDownAsync(Socket to, ReadOnlyMemory<byte> data)
    {
        await proxy.Gate.WaitAsync(_end.Token);
        await _downstream.WaitAsync(_end.Token);
        try
        {
            var allowed = proxy.Allow(data.Length, out var cut);
            await SendAllAsync(to, data[..allowed]);
            proxy.Passed(allowed, downstream: true);
            if (cut is { } how)
            {
                _cut = how;
                await _end.CancelAsync();
                _end.Token.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _ = _downstream.Release();
        }
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[await to.SendAsync(data, _end.Token)..];
        }
    }
}
