using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher.Idle;

/// <summary>Takes TCP connections for containers that may be asleep: wakes, connects, and carries bytes both ways.</summary>
/// <remarks>
/// Each connection holds a lease from beginning to end, so that none is cut by the idle time. TLS is passed through.
/// What a client sends while the container is being woken waits in the kernel's buffers. A connection that can't be
/// served is closed. Thread-safe.
/// </remarks>
public sealed partial class IdleTcpListener : IAsyncDisposable
{
    private readonly IdleManager _manager;
    private readonly IdleTcpListenerOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _isDisposed;

    /// <summary>Initializes a listener. It listens from <see cref="Start"/> on.</summary>
    /// <param name="manager">Whose containers. Not disposed.</param>
    /// <param name="options">Where it listens, and for whom. Copied.</param>
    /// <param name="logger">Where failures are logged; null for nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; with every fault.</exception>
    public IdleTcpListener(IdleManager manager, IdleTcpListenerOptions options, ILogger<IdleTcpListener>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        _manager = manager;
        _options = IdleTcpListenerOptionsValidator.Instance.ThrowIfInvalid(options).Copy();
        _logger = (ILogger?)logger ?? NullLogger.Instance;
    }

    /// <summary>Gets where it listens, with the port that was found free; null before <see cref="Start"/>.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>Gets how many connections it carries, or holds while a container is woken.</summary>
    public int ConnectionCount => _connections.Count;

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

        var listener = new Socket(_options.ListenOn.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(_options.ListenOn);
            listener.Listen(_options.Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
#pragma warning disable CA2025 // Disposal disposes the socket to end this, and awaits it.
        _accepting = Task.Run(() => AcceptAsync(listener));
#pragma warning restore CA2025
    }

    /// <summary>Ends the listening and every connection. Idempotent.</summary>
    /// <returns>Completes when nothing of it is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _listener?.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_connections.Keys).ConfigureAwait(false);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                Begin(client);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Too many files are open, perhaps; others are closed in a moment.
                Log.AcceptFailed(_logger, LocalEndPoint!.ToString(), exception);
                await Task.Delay(TimeSpan.FromMilliseconds(100), _manager.Clock.Provider, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Begin(Socket client)
    {
#pragma warning disable CA2025 // It disposes the socket itself.
        var connection = Task.Run(() => ServeAsync(client));
#pragma warning restore CA2025
        _connections.TryAdd(connection, 0);
        _ = connection.ContinueWith(
            static (ended, connections) => ((ConcurrentDictionary<Task, byte>)connections!).TryRemove(ended, out _),
            _connections,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
