using System.Net.Sockets;
using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>One accepted connection: reads requests one after another, and can be ended in every way a network knows.</summary>
internal sealed class HttpConnection(Socket socket, int number) : IDisposable
{
    private readonly byte[] _input = new byte[32 * 1024];
    private readonly CancellationTokenSource _closed = new();
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private Task<int>? _read;
    private int _start;
    private int _end;

    public int Number => number;

    /// <summary>Cancelled as soon as the connection is known to be gone, from either end.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>The server's side of the TLS handshake; from then on everything is encrypted.</summary>
    public async Task SecureAsync(FakeTls tls, bool requireClient) => _stream = await tls.AcceptAsync(_stream, requireClient, _closed.Token);

    /// <summary>The next request with its body skipped, or null at the end of the connection or when it isn't HTTP.</summary>
    public async Task<RecordedRequest?> ReadRequestAsync(Func<DateTimeOffset> now)
    {
        int length;
        while ((length = _input.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
            {
                return null;
            }
        }

        var request = HttpText.Parse(Encoding.Latin1.GetString(_input, _start, length), now(), number);
        _start += length + 4;
        var body = request?.Headers.GetValueOrDefault("Content-Length") is { } text ? int.Parse(text) : 0;
        while (body > 0)
        {
            var have = Math.Min(body, _end - _start);
            _start += have;
            body -= have;
            if (body > 0 && !await FillAsync())
            {
                return null;
            }
        }

        return request;
    }

    /// <summary>While a response is being streamed: cancels <see cref="Closed"/> when the client goes away.</summary>
    public void WatchForClose()
    {
        if (_read is null)
        {
            Compact();
            _read = ReadAsync();
            _ = _read.ContinueWith(
                r =>
                {
                    if (r.Result == 0)
                    {
                        MarkClosed();
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, int? writeSize)
    {
        var step = writeSize ?? bytes.Length;
        for (var at = 0; at < bytes.Length; at += step)
        {
            await _stream.WriteAsync(bytes.Slice(at, Math.Min(step, bytes.Length - at)), _closed.Token);
            if (writeSize is not null)
            {
                await _stream.FlushAsync(_closed.Token);
            }
        }
    }

    /// <summary>Ends the connection at once; the client sees an end of stream, or a reset.</summary>
    public void Close(bool reset)
    {
        try
        {
            if (reset)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            else
            {
                socket.Shutdown(SocketShutdown.Both);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was quicker; closing is all that was wanted.
        }

        socket.Dispose();
        MarkClosed();
    }

    public void Dispose()
    {
        _stream.Dispose();
        socket.Dispose();
        MarkClosed();
        _closed.Dispose();
    }

    private void MarkClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Two ends of one connection: the other came first.
        }
    }

    private async Task<bool> FillAsync()
    {
        Compact();
        var read = await (_read ?? ReadAsync());
        _read = null;
        _end += read;
        return read > 0;
    }

    private void Compact()
    {
        if (_start > 0 && _read is null)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            _end -= _start;
            _start = 0;
        }
    }

    // Any failure to read is the end of the connection.
    private async Task<int> ReadAsync()
    {
        try
        {
            return await _stream.ReadAsync(_input.AsMemory(_end), _closed.Token);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            return 0;
        }
    }
}
