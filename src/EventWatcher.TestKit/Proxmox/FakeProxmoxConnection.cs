using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EventWatcher.TestKit;

/// <summary>One connection: TLS, and as much of HTTP/1.1 as the daemons speak.</summary>
internal sealed class FakeProxmoxConnection(Socket socket, FakeProxmoxCertificate certificate, FakeProxmoxOptions options, Func<FakeProxmoxRequest, CancellationToken, Task<FakeProxmoxHandled>> handle)
{
    private const string ApiPrefix = "/api2/json";
    private const int LargestHeader = 32_768;

    private readonly byte[] _buffer = new byte[LargestHeader];
    private int _filled;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var network = new NetworkStream(socket, ownsSocket: true);
        var stream = new SslStream(network);
        await using var _ = stream.ConfigureAwait(false);
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate.Server }, cancellationToken).ConfigureAwait(false);
        while (await ReadAsync(stream, cancellationToken).ConfigureAwait(false) is { } request)
        {
            var handled = await handle(request, cancellationToken).ConfigureAwait(false);
            if (handled.Reply is null)
            {
                break;
            }

            var (bytes, closes) = Render(handled.Reply);
            var isCut = handled.IsCut;
            await stream.WriteAsync(isCut ? bytes.AsMemory(0, bytes.Length - (handled.Reply.Body!.Length / 2)) : bytes, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (closes || isCut)
            {
                break;
            }
        }

        if (socket.Connected)
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
        }
    }

    private (byte[] Bytes, bool Closes) Render(FakeProxmoxReply reply)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} {reply.Reason}\r\nCache-Control: max-age=0\r\n");
        if (reply.Closes)
        {
            text.Append("Connection: close\r\n");
        }

        if (reply.Status == 200)
        {
            text.Append("Connection: Keep-Alive\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"Date: {options.TimeProvider.GetUtcNow() + options.ClockOffsets.GetValueOrDefault(options.Nodes[0]):R}\r\n");
        text.Append("Pragma: no-cache\r\nServer: pve-api-daemon/3.0\r\n");
        if (reply.Body is { } body)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
            if (reply.IsJson)
            {
                text.Append("Content-Type: application/json;charset=UTF-8\r\n");
            }
        }

        return (Encoding.UTF8.GetBytes(text.Append("\r\n").Append(reply.Body).ToString()), reply.Closes);
    }

    /// <summary>Reads a request; null where the other side, or the silence, ends the connection.</summary>
    private async Task<FakeProxmoxRequest?> ReadAsync(SslStream stream, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.IdleTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        int end;
        try
        {
            while ((end = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (!await FillAsync(stream, either.Token).ConfigureAwait(false))
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            return null;
        }

        var lines = Encoding.ASCII.GetString(_buffer, 0, end).Split("\r\n");
        Drop(end + 4);
        var headers = lines.Skip(1).Select(static line => line.Split(':', 2)).ToLookup(static parts => parts[0].Trim(), static parts => parts[^1].Trim(), StringComparer.OrdinalIgnoreCase);
        var length = int.Parse(headers["Content-Length"].FirstOrDefault("0"), CultureInfo.InvariantCulture);
        while (_filled < length)
        {
            if (!await FillAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }

        var form = Encoding.UTF8.GetString(_buffer, 0, length);
        Drop(length);
        return Parse(lines[0].Split(' '), headers, form);
    }

    private FakeProxmoxRequest Parse(string[] line, ILookup<string, string> headers, string form)
    {
        var target = line[1].Split('?', 2);
        var path = target[0].StartsWith(ApiPrefix, StringComparison.Ordinal) ? target[0][ApiPrefix.Length..] : target[0];
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (target.Length > 1 ? target[1].Split('&') : []).Concat(form.Split('&')).Where(static pair => pair.Length > 0))
        {
            var parts = pair.Split('=', 2);
            parameters[Decode(parts[0])] = parts.Length > 1 ? Decode(parts[1]) : "";
        }

        const string Cookie = "PVEAuthCookie=";
        return new FakeProxmoxRequest(line[0], Uri.UnescapeDataString(path), parameters, options.TimeProvider.GetUtcNow())
        {
            Authorization = headers["Authorization"].FirstOrDefault(""),
            Ticket = Uri.UnescapeDataString(headers["Cookie"].FirstOrDefault(static cookie => cookie.StartsWith(Cookie, StringComparison.Ordinal), Cookie)[Cookie.Length..]),
            CsrfToken = headers["CSRFPreventionToken"].FirstOrDefault(""),
            HasBody = form.Length > 0,
            IsChunked = headers["Transfer-Encoding"].Any(),
        };
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private async Task<bool> FillAsync(SslStream stream, CancellationToken cancellationToken)
    {
        var read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancellationToken).ConfigureAwait(false);
        _filled += read;
        return read > 0;
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _filled - count).CopyTo(_buffer);
        _filled -= count;
    }
}
