using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle;

/// <summary>What one client sends, and what is sent back to it.</summary>
/// <remarks>
/// UDP has no readiness: until the container has answered once, the first datagrams are kept, and sent again when nobody
/// was there to receive them (ECONNREFUSED). Where the container has ended, the next datagram wakes it again.
/// </remarks>
internal sealed class UdpFlow(IdleWatcher watcher, IdleUdpListenerOptions options, KeptBytes kept, IdleClock clock, EndPoint client, Socket listener)
{
    private const int LargestDatagram = 65_535;
    private static readonly TimeSpan SendAgainAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AsksAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<byte[]> _pending = [];
    private Socket? _server;
    private CancellationTokenSource? _life;
    private IdleLease _lease;
    private long _lastDatagram = clock.Now;
    private long _askNotBefore = long.MinValue;
    private bool _keeps = true;
    private bool _isEnded;

    /// <summary>Takes a datagram of the client's. Never waits: what can't be sent now is kept, or dropped.</summary>
    /// <returns>False where the flow has ended.</returns>
    public bool TryTake(ReadOnlySpan<byte> datagram)
    {
        Socket? server;
        CancellationTokenSource? over = null;
        lock (_gate)
        {
            if (_isEnded)
            {
                return false;
            }

            _lastDatagram = clock.Now;
            if (_server is not null && _lease.IsVoid)
            {
                // What ran there has ended; it is woken again for this one.
                (_server, _keeps, over) = (null, true, _life);
            }

            Keep(datagram);
            server = _server;
        }

        End(over);
        if (server is not null)
        {
            TrySend(server, datagram);
        }

        return true;
    }

    /// <summary>Wakes the container and carries datagrams until there have been none for the flow's time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await LiveAsync(cancellationToken).ConfigureAwait(false))
            {
                // The container has ended under the flow.
            }
        }
        finally
        {
            lock (_gate)
            {
                _isEnded = true;
                Forget();
            }
        }
    }

    /// <summary>Carries datagrams while the container lives.</summary>
    /// <returns>False where the flow has been silent for its time; true where the container is to be woken again.</returns>
    private async Task<bool> LiveAsync(CancellationToken cancellationToken)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var lease = await watcher.AcquireAsync(cancellationToken).ConfigureAwait(false);
        var address = await watcher.GetEndpointAsync(options.Port, cancellationToken).ConfigureAwait(false);

        // A datagram that does not fit into the kernel's buffer is lost rather than waited for.
        using var server = new Socket(SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        await server.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            (_server, _lease, _life) = (server, lease, life);

            // However long the wake took, that was no silence of the flow.
            _lastDatagram = clock.Now;
        }

        SendPending(server);
#pragma warning disable CA2025 // Awaited below.
        var silence = EndWhenSilentAsync(life);
#pragma warning restore CA2025
        try
        {
            await CarryBackAsync(server, clock.After(watcher.CurrentOptions.WakeTimeout), life.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Silent, or to be woken again.
            return !await silence.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                (_server, _life) = (null, null);
            }

            await life.CancelAsync().ConfigureAwait(false);
            await silence.ConfigureAwait(false);
        }

        return true;
    }

    // Returns when the container has ended.
    private async Task CarryBackAsync(Socket server, long giveUp, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await CarryOneBackAsync(server, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionRefused)
            {
                // Nobody has the port yet, or any more.
                if (HasEnded())
                {
                    return;
                }

                if (clock.Now >= giveUp || !IsWaitingForServer())
                {
                    if (!await IsThereAsync(cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    continue;
                }

                await clock.DelayAsync(SendAgainAfter, cancellationToken).ConfigureAwait(false);
                SendPending(server);
            }
        }
    }

    private async Task CarryOneBackAsync(Socket server, CancellationToken cancellationToken)
    {
        // Nothing is rented while there is nothing to carry.
        await server.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(LargestDatagram);
        try
        {
            var received = await server.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                _lastDatagram = clock.Now;
                _keeps = false;
                Forget();
            }

            await listener.SendToAsync(buffer.AsMemory(0, received), client, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool HasEnded()
    {
        lock (_gate)
        {
            _keeps |= _lease.IsVoid;
            return _lease.IsVoid;
        }
    }

    private static void End(CancellationTokenSource? life)
    {
        try
        {
            life?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
            return;
        }
    }

    // Waiting for its server is no silence of the flow.
    private bool IsWaitingForServer()
    {
        lock (_gate)
        {
            _lastDatagram = _keeps ? clock.Now : _lastDatagram;
            return _keeps;
        }
    }

    // Asked once a second at most: anybody may send to a port that nobody has.
    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // What was kept until now was never answered, and is sent no more.
            _keeps = false;
            Forget();
            if (clock.Now < _askNotBefore)
            {
                return true;
            }

            _askNotBefore = clock.After(AsksAgainAfter);
        }

        var isThere = await watcher.VerifyRunningAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _keeps = !isThere;
        }

        return isThere;
    }

    /// <summary>Ends the flow's life when there have been no datagrams for its time.</summary>
    /// <returns>Whether it did; false where something else has ended it.</returns>
    private async Task<bool> EndWhenSilentAsync(CancellationTokenSource life)
    {
        try
        {
            while (true)
            {
                TimeSpan left;
                lock (_gate)
                {
                    left = clock.Between(clock.Now, clock.Add(_lastDatagram, options.FlowTimeout));

                    // From now on a datagram is one of another flow.
                    _isEnded = left <= TimeSpan.Zero;
                }

                if (left <= TimeSpan.Zero)
                {
                    await life.CancelAsync().ConfigureAwait(false);
                    return true;
                }

                await clock.DelayAsync(left, life.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Keep(ReadOnlySpan<byte> datagram)
    {
        if (_keeps && _pending.Count < options.MaxPending && kept.TryTake(datagram.Length))
        {
            _pending.Add(datagram.ToArray());
        }
    }

    private void Forget()
    {
        kept.Return(_pending.Sum(static datagram => (long)datagram.Length));
        _pending.Clear();
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
