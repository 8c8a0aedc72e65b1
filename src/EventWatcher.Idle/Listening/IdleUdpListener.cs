using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Idle;

/// <summary>Takes UDP datagrams for a container that may be asleep: wakes it, and carries them both ways.</summary>
/// <remarks>
/// Each client address is a flow with a socket and a lease of its own, until nothing has come or gone for
/// <see cref="IdleUdpListenerOptions.FlowTimeout"/>. Thread-safe.
/// </remarks>
public sealed class IdleUdpListener : IAsyncDisposable
{
    private const int LargestDatagram = 65_535;

    private readonly IdleManager _manager;
    private readonly IdleUdpListenerOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<SocketAddress, UdpFlow> _flows = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly KeptBytes _kept;
    private Socket? _listener;
    private Task _receiving = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>Initializes a listener. It listens from <see cref="Start"/> on.</summary>
    /// <param name="manager">Whose containers. Not disposed.</param>
    /// <param name="options">Where it listens, and for whom. Copied.</param>
    /// <param name="logger">Where failures are logged; null for nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; with every fault.</exception>
    public IdleUdpListener(IdleManager manager, IdleUdpListenerOptions options, ILogger<IdleUdpListener>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        _manager = manager;
        _options = IdleUdpListenerOptionsValidator.Instance.ThrowIfInvalid(options).Copy();
        _kept = new KeptBytes(_options.MaxPendingBytes);
        _logger = (ILogger?)logger ?? NullLogger.Instance;
    }

    /// <summary>Gets where it listens, with the port that was found free; null before <see cref="Start"/>.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>Gets how many flows there are.</summary>
    public int FlowCount => _flows.Count;

    internal long KeptBytes => _kept.Count;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The address can't be listened on.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public void Start()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if (_listener is not null)
        {
            throw new InvalidOperationException("The listener was started before.");
        }

        var listener = new Socket(_options.ListenOn.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            listener.Bind(_options.ListenOn);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
#pragma warning disable CA2025 // Disposal awaits it before the socket.
        _receiving = Task.Run(() => ReceiveAsync(listener));
#pragma warning restore CA2025
    }

    /// <summary>Ends the listening and every flow. Idempotent.</summary>
    /// <returns>Completes when nothing of it is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        _listener?.Dispose();
    }

    private async Task ReceiveAsync(Socket listener)
    {
        var buffer = new byte[LargestDatagram];
        var from = new SocketAddress(listener.AddressFamily);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var length = await listener.ReceiveFromAsync(buffer, SocketFlags.None, from, _stop.Token).ConfigureAwait(false);
                Take(listener, from, buffer.AsSpan(0, length));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException exception)
            {
                // An answer that could not be delivered to some client; others are not concerned.
                Log.AcceptFailed(_logger, LocalEndPoint!.ToString(), exception);
            }
        }
    }

    private void Take(Socket listener, SocketAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!_flows.TryGetValue(from, out var flow) || !flow.TryTake(datagram))
        {
            if (_flows.Count >= _options.MaxFlows || !_manager.TryGet(_options.Container, out var watcher))
            {
                return;
            }

            // The address that was received into is overwritten by the next one.
            var key = new SocketAddress(from.Family, from.Size);
            from.Buffer.Span[..from.Size].CopyTo(key.Buffer.Span);
            flow = new UdpFlow(watcher, _options, _kept, _manager.Clock, LocalEndPoint!.Create(key), listener);
            flow.TryTake(datagram);
            _flows[key] = flow;
            var running = RunAsync(key, flow);
            _running.TryAdd(running, 0);
            _ = running.ContinueWith(
                static (ended, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(ended, out _),
                _running,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private async Task RunAsync(SocketAddress key, UdpFlow flow)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await flow.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Log.ConnectionEnded(_logger, _options.Container, "silent, or the listener ends");
        }
        catch (IdleRefusedException exception)
        {
            Log.ConnectionRefused(_logger, _options.Container, exception.Message);
        }
        catch (Exception exception)
        {
            Log.ConnectionEnded(_logger, _options.Container, exception.Message);
        }
        finally
        {
            _flows.TryRemove(KeyValuePair.Create(key, flow));
        }
    }
}
