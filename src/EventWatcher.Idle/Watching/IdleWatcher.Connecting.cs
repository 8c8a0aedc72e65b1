using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle;

// Reaching what runs in the container.
public sealed partial class IdleWatcher
{
    private static readonly TimeSpan FirstSeconds = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DialPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ClosesWithin = TimeSpan.FromMilliseconds(10);

    /// <summary>Finds where a port of the container is reached since this start. The caller holds a lease.</summary>
    /// <param name="port">The port inside the container; null for <see cref="IdleContainerOptions.Port"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The address. Asked of the provider once in each life of the container.</returns>
    /// <exception cref="InvalidOperationException">No port is given, and none is set.</exception>
    /// <exception cref="ContainerException">The provider has none.</exception>
    public ValueTask<EndPoint> GetEndpointAsync(int? port = null, CancellationToken cancellationToken = default)
    {
        var addresses = _addresses;
        return addresses is not null && addresses.TryGetValue(port ?? 0, out var known)
            ? new ValueTask<EndPoint>(known)
            : new ValueTask<EndPoint>(FindAsync());

        async Task<EndPoint> FindAsync()
        {
            var found = await FindAddressAsync(port, cancellationToken).ConfigureAwait(false);
            addresses?.TryAdd(port ?? 0, found);
            return found;
        }
    }

    /// <summary>
    /// Connects to a port of the container. Within 5 seconds of its becoming ready it dials again where the connection is
    /// refused, or closed at once. The caller holds a lease.
    /// </summary>
    /// <param name="port">The port inside the container; null for <see cref="IdleContainerOptions.Port"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SocketException">It could not be connected to.</exception>
    /// <exception cref="InvalidOperationException">No port is given, and none is set.</exception>
    /// <exception cref="ContainerException">The provider has no address.</exception>
    public async ValueTask<NetworkStream> ConnectAsync(int? port = null, CancellationToken cancellationToken = default) =>
#pragma warning disable CA2000 // The stream owns it.
        new(await DialAsync(port, cancellationToken).ConfigureAwait(false), ownsSocket: true);
#pragma warning restore CA2000

    /// <summary>
    /// Makes what a <see cref="SocketsHttpHandler"/> is to connect by, <see cref="SocketsHttpHandler.ConnectCallback"/>:
    /// whatever host a request names, it goes to this container, as <see cref="ConnectAsync"/> does.
    /// </summary>
    /// <remarks>
    /// Use one handler for each <see cref="Generation"/>, so that no pooled connection from before a sleep is used after it.
    /// Requests are sent while a lease is held.
    /// </remarks>
    /// <param name="port">The port inside the container; null for <see cref="IdleContainerOptions.Port"/>, and where there is none the request's.</param>
    /// <returns>The callback.</returns>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> CreateConnectCallback(int? port = null) =>
        async (context, cancellationToken) =>
        {
            var options = _options;
            var wanted = port ?? options.Port ?? (options.Address is null ? context.DnsEndPoint.Port : null);
            return await ConnectAsync(wanted, cancellationToken).ConfigureAwait(false);
        };

    /// <summary>
    /// Asks the runtime whether the container still runs: for who could not connect to one that was ready. Where it does
    /// not, the state follows, leases are void, and the next <see cref="AcquireAsync"/> wakes it.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it runs; true where the runtime can't be asked.</returns>
    public async Task<bool> VerifyRunningAsync(CancellationToken cancellationToken = default)
    {
        var life = _gate;
        try
        {
            if (_id is { } id && await _services.Provider.GetStatusAsync(new ContainerId(id), cancellationToken).ConfigureAwait(false) is ContainerStatus.Running)
            {
                return true;
            }
        }
        catch (ContainerException exception)
        {
            Log.LookFailed(_services.Logger, Name, exception);
            return true;
        }

        // The answer may be about the run before.
        Post(
            static (watcher, life) =>
            {
                if (ReferenceEquals(watcher._gate, life))
                {
                    watcher.Apply(LifecycleInput.SawEnd);
                }
            },
            life);
        return false;
    }

    /// <summary>Gets whether the container became ready so lately that its first hiccups are forgiven.</summary>
    internal bool IsInFirstSeconds => _clock.Since(Volatile.Read(ref _readyAt)) < FirstSeconds;

    /// <summary>Gets how long its first hiccups are still forgiven.</summary>
    internal TimeSpan FirstSecondsLeft => FirstSeconds - _clock.Since(Volatile.Read(ref _readyAt)) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    internal async Task<Socket> DialAsync(int? port, CancellationToken cancellationToken)
    {
        var life = _gate;
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(await GetEndpointAsync(port, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                if (!IsInFirstSeconds || !await IsClosedAtOnceAsync(socket, cancellationToken).ConfigureAwait(false))
                {
                    return socket;
                }
            }
            catch (SocketException) when (IsInFirstSeconds && !life.IsVoid)
            {
                // It may have moved; the provider is asked again, and says so where it no longer runs.
                _addresses?.Clear();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            socket.Dispose();
            await _clock.DelayAsync(DialPause, cancellationToken).ConfigureAwait(false);
        }
    }

    // A proxy that accepts for a server which isn't there yet closes within a moment.
    private async Task<bool> IsClosedAtOnceAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(ClosesWithin, _clock.Provider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, linked.Token).ConfigureAwait(false);
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
