using System.Net.Sockets;

namespace EventWatcher.Idle;

// One connection.
public sealed partial class IdleTcpListener
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(5);

    private async Task ServeAsync(Socket client)
    {
        var container = _options.Container ?? "";
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var said = ReadOnlyMemory<byte>.Empty;
                if (_options.Hosts.Count > 0)
                {
                    (said, var host) = await ReadHelloAsync(client).ConfigureAwait(false);
                    if (ContainerOf(host) is not { } found)
                    {
                        Log.UnknownHost(_logger, LocalEndPoint!.ToString(), host ?? "");
                        return;
                    }

                    container = found;
                }

                if (!_manager.TryGet(container, out var watcher))
                {
                    Log.ConnectionRefused(_logger, container, "no such container is managed");
                    return;
                }

                await ServeAsync(client, watcher, said).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The client has gone, or the listener ends.
                Log.ConnectionEnded(_logger, container, "cancelled");
            }
            catch (IdleRefusedException exception)
            {
                Log.ConnectionRefused(_logger, container, exception.Message.TrimEnd('.'));
            }
            catch (Exception exception)
            {
                // However it ended, the client sees its end; nothing else depends on it.
                Log.ConnectionEnded(_logger, container, exception.Message.TrimEnd('.'));
            }
        }
    }

    private async Task ServeAsync(Socket client, IdleWatcher watcher, ReadOnlyMemory<byte> said)
    {
        var connection = new IdleConnection(watcher.Name, client.RemoteEndPoint);
        if (_options.BeforeDial is { } beforeDial)
        {
            await beforeDial(connection, _stop.Token).ConfigureAwait(false);
        }

        var (lease, server) = await ReachAsync(client, watcher, said.Length > 0).ConfigureAwait(false);
        using var silence = new SilenceWatch(watcher, lease, _options.MaxSilence, _manager.Clock, _manager.Timer);
        using var owned = server;
        silence.Begin();
        if (said.Length > 0)
        {
            await Splice.SendAllAsync(server, said, _stop.Token).ConfigureAwait(false);
        }

        var onRead = _options.OnRead;
        await CarryAsync(client, server, silence, count => onRead?.Invoke(connection, count)).ConfigureAwait(false);
    }

    private async Task CarryAsync(Socket client, Socket server, SilenceWatch silence, Action<int> onRead)
    {
        try
        {
            await Splice.RunAsync(
                client,
                server,
                count =>
                {
                    onRead(count);
                    return silence.OnBytesAsync(_stop.Token);
                },
                _ => silence.OnBytesAsync(_stop.Token),
                _stop.Token).ConfigureAwait(false);
        }
        catch
        {
            // What was cut in the middle is not to look like what is complete: both are told by a reset.
            Abort(client);
            Abort(server);
            throw;
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // It is reset already.
            return;
        }
    }

    // Nothing has been sent yet: where somebody has stopped the container meanwhile, it is woken again.
    private async Task<(IdleLease Lease, Socket Server)> ReachAsync(Socket client, IdleWatcher watcher, bool hasSaid)
    {
        for (var attempt = 1; ; attempt++)
        {
            var lease = await AcquireAsync(client, watcher).ConfigureAwait(false);
            try
            {
                return (lease, await DialAsync(client, watcher, hasSaid).ConfigureAwait(false));
            }
            catch (Exception exception) when (attempt < MaxAttempts && exception is SocketException or ContainerException)
            {
                var isGone = lease.IsVoid || !await watcher.VerifyRunningAsync(_stop.Token).ConfigureAwait(false);
                lease.Dispose();
                if (!isGone)
                {
                    throw;
                }
            }
            catch
            {
                lease.Dispose();
                throw;
            }
        }
    }

    // A client that goes away without having said anything waits no longer; the wake goes on.
    private async Task<IdleLease> AcquireAsync(Socket client, IdleWatcher watcher)
    {
        if (watcher.TryAcquire(out var lease))
        {
            return lease;
        }

        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
#pragma warning disable CA2025 // Awaited below.
        var looking = CancelWhenGoneAsync(client, gone);
#pragma warning restore CA2025
        try
        {
            return await watcher.AcquireAsync(gone.Token).ConfigureAwait(false);
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
            await looking.ConfigureAwait(false);
        }
    }

    private static async Task CancelWhenGoneAsync(Socket client, CancellationTokenSource gone)
    {
        try
        {
            await client.ReceiveAsync(Memory<byte>.Empty, gone.Token).ConfigureAwait(false);
            if (IsClosed(client))
            {
                await gone.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody else was faster: the container is awake, or nobody wants to know any more.
            return;
        }
        catch (SocketException)
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Connects. In the first seconds a server that closes before anything was said is dialled again.</summary>
    private async Task<Socket> DialAsync(Socket client, IdleWatcher watcher, bool hasSaid)
    {
        while (true)
        {
            var server = await watcher.DialAsync(_options.Port, _stop.Token).ConfigureAwait(false);
            try
            {
                if (!watcher.IsInFirstSeconds || await StaysOpenAsync(client, server, watcher, hasSaid).ConfigureAwait(false))
                {
                    return server;
                }
            }
            catch
            {
                server.Dispose();
                throw;
            }

            server.Dispose();
        }
    }

    private async Task<bool> StaysOpenAsync(Socket client, Socket server, IdleWatcher watcher, bool hasSaid)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var first = SpeaksAsync(server, enough.Token);
        if (!hasSaid)
        {
            // Whoever speaks first: nothing has been sent before that.
            await Task.WhenAny(first, SpeaksAsync(client, enough.Token), WhenStaysAsync(watcher, enough.Token)).ConfigureAwait(false);
        }

        await enough.CancelAsync().ConfigureAwait(false);
        return await first.ConfigureAwait(false) && !IsClosed(server);
    }

    /// <summary>Waits for the first byte, or the end.</summary>
    /// <returns>False where the connection has failed.</returns>
    private static async Task<bool> SpeaksAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Both may be silent for ever; after the first seconds that is nobody's business.
    private Task WhenStaysAsync(IdleWatcher watcher, CancellationToken cancellationToken) =>
        Task.Delay(watcher.FirstSecondsLeft, _manager.Clock.Provider, cancellationToken);

    private static bool IsClosed(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

    private async Task<(ReadOnlyMemory<byte> Said, string? Host)> ReadHelloAsync(Socket client)
    {
        using var timeout = new CancellationTokenSource(HelloTimeout, _manager.Clock.Provider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        var buffer = new byte[ClientHello.MaxLength];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await client.ReceiveAsync(buffer.AsMemory(length), linked.Token).ConfigureAwait(false);
            length += read;
            if (ClientHello.TryRead(buffer.AsSpan(0, length), out var host) || read == 0)
            {
                return (buffer.AsMemory(0, length), host);
            }
        }

        return (buffer, Host: null);
    }

    private string? ContainerOf(string? host)
    {
        if (host is null)
        {
            return _options.Container;
        }

        if (_options.Hosts.TryGetValue(host, out var exact))
        {
            return exact;
        }

        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _options.Hosts.TryGetValue("*" + host[dot..], out var any) ? any : _options.Container;
    }
}
