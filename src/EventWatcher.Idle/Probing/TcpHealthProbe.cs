using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle;

/// <summary>A container serves when a connection to its port is still open after a moment.</summary>
/// <remarks>
/// Accepting alone says nothing: Docker's proxy accepts for a published port as soon as the container runs, and closes
/// when nothing is behind it. What the server says first counts as open.
/// </remarks>
public sealed class TcpHealthProbe : IHealthProbe
{
    /// <summary>How long the connection must stay open.</summary>
    public static readonly TimeSpan StaysOpenFor = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _timeProvider;

    /// <summary>Initializes a probe.</summary>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public TcpHealthProbe(TimeProvider? timeProvider = null) => _timeProvider = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    public bool NeedsAddress => true;

    /// <inheritdoc/>
    public async ValueTask<string?> ProbeAsync(HealthProbeTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target.Address ?? throw new InvalidOperationException("A TCP probe needs an address."), cancellationToken).ConfigureAwait(false);

        using var enough = new CancellationTokenSource(StaysOpenFor, _timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            // Peeked: a server that speaks first is not robbed of a word by anybody, since this connection is the probe's alone.
            var received = await socket.ReceiveAsync(new byte[1], SocketFlags.None, linked.Token).ConfigureAwait(false);
            if (received == 0)
            {
                return "the connection was closed at once";
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Still open.
            return null;
        }

        return null;
    }
}
