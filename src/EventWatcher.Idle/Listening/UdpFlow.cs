using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle;

/// <summary>What one client sends, and what is sent back to it.</summary>
/// <remarks>
/// UDP has no readiness: until the container has answered once, the first datagrams are kept, and sent again when nobody
/// was there to receive them (ECONNREFUSED).
/// </remarks>
internal sealed class UdpFlow(IdleWatcher watcher, IdleUdpListenerOptions options, IdleClock clock, EndPoint client, Socket listener) : IDisposable
{
    private const int LargestDatagram = 65_535;
    private static readonly TimeSpan SendAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<byte[]> _pending = [];
    private readonly CancellationTokenSource _end = new();
    private Socket? _server;
    private long _lastDatagram = clock.Now;
    private bool _hasAnswered;

    /// <summary>Takes a datagram of the client's. Never waits: what can't be sent now is kept, or dropped.</summary>
    public void Take(ReadOnlySpan<byte> datagram)
    {
        Socket? server;
        lock (_gate)
        {
            _lastDatagram = clock.Now;
            if (!_hasAnswered && _pending.Count < options.MaxPending)
            {
                _pending.Add(datagram.ToArray());
            }

            server = _server;
        }

        if (server is not null)
        {
            TrySend(server, datagram);
        }
    }

    /// <summary>Wakes the container and carries datagrams until there have been none for the flow's time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        using var lease = await watcher.AcquireAsync(linked.Token).ConfigureAwait(false);
        var address = await watcher.GetEndpointAsync(options.Port, linked.Token).ConfigureAwait(false);
        using var server = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await server.ConnectAsync(address, linked.Token).ConfigureAwait(false);
        var giveUp = clock.After(watcher.CurrentOptions.WakeTimeout);
        lock (_gate)
        {
            _server = server;

            // However long the wake took, that was no silence of the flow.
            _lastDatagram = clock.Now;
        }

        SendPending(server);
#pragma warning disable CA2025 // Awaited below.
        var ending = EndWhenSilentAsync(linked);
#pragma warning restore CA2025
        try
        {
            await CarryBackAsync(server, giveUp, linked.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _server = null;
            }

            await linked.CancelAsync().ConfigureAwait(false);
            await ending.ConfigureAwait(false);
        }
    }

    public void Dispose() => _end.Dispose();

    private async Task CarryBackAsync(Socket server, long giveUp, CancellationToken cancellationToken)
    {
        var buffer = new byte[LargestDatagram];
        while (true)
        {
            try
            {
                var received = await server.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                lock (_gate)
                {
                    _lastDatagram = clock.Now;
                    _hasAnswered = true;
                    _pending.Clear();
                }

                await listener.SendToAsync(buffer.AsMemory(0, received), client, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused)
            {
                // Nobody has the port yet, or any more.
                if (_hasAnswered || clock.Now >= giveUp)
                {
                    continue;
                }

                // Waiting for its server is no silence of the flow.
                lock (_gate)
                {
                    _lastDatagram = clock.Now;
                }

                await clock.DelayAsync(SendAgainAfter, cancellationToken).ConfigureAwait(false);
                SendPending(server);
            }
        }
    }

    private async Task EndWhenSilentAsync(CancellationTokenSource end)
    {
        try
        {
            while (true)
            {
                long last;
                lock (_gate)
                {
                    last = _lastDatagram;
                }

                var left = clock.Between(clock.Now, clock.Add(last, options.FlowTimeout));
                if (left <= TimeSpan.Zero)
                {
                    await end.CancelAsync().ConfigureAwait(false);
                    return;
                }

                await clock.DelayAsync(left, end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The flow has ended otherwise.
            return;
        }
    }

    private void SendPending(Socket server)
    {
        byte[][] pending;
        lock (_gate)
        {
            pending = [.. _pending];
        }

        foreach (var datagram in pending)
        {
            TrySend(server, datagram);
        }
    }

    // A datagram that can't be sent is lost, as datagrams are; what is pending is sent again.
    private static void TrySend(Socket server, ReadOnlySpan<byte> datagram)
    {
        try
        {
            server.Send(datagram, SocketFlags.None, out var error);
            if (error is SocketError.ConnectionRefused)
            {
                // That was about an earlier one, and this one has not been sent.
                server.Send(datagram, SocketFlags.None, out _);
            }
        }
        catch (ObjectDisposedException)
        {
            // The flow has just ended.
            return;
        }
    }
}
