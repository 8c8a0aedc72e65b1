using System.Globalization;
using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>Writes one response: whole, or chunk by chunk with the faults of its request.</summary>
internal sealed class HttpResponse(HttpConnection connection, Fault fault, IReadOnlyList<(string Name, string Value)> commonHeaders)
{
    private byte[] _out = new byte[1024];
    private int _used;
    private long _body;

    /// <summary>The response was cut short; nothing more may be written to this connection.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Bytes of body sent so far, without chunk framing.</summary>
    public long BodyBytes => _body;

    public async Task WriteWholeAsync(int status, ReadOnlyMemory<byte> body, string contentType, bool headOnly = false)
    {
        var headers = new List<(string, string)>(commonHeaders);
        if (status is not (204 or 304))
        {
            headers.Add(("Content-Type", contentType));
            headers.Add(("Content-Length", headOnly ? "0" : body.Length.ToString(CultureInfo.InvariantCulture)));
        }

        Append(HttpText.Head(status, headers));
        var cutHere = fault.CutAfter < body.Length;
        Append(cutHere ? body[..(int)fault.CutAfter!.Value].Span : headOnly ? [] : body.Span);
        await FlushAsync();
        if (cutHere)
        {
            Break(fault.Cut);
        }
    }

    public async Task StartChunkedAsync(string contentType, bool hold)
    {
        Append(HttpText.Head(200, [.. commonHeaders, ("Content-Type", contentType), ("Transfer-Encoding", "chunked")]));
        if (!hold)
        {
            await FlushAsync();
        }

        if (fault.CutAfter == 0)
        {
            await CutAsync(fault.Cut);
        }
    }

    public async ValueTask WriteChunkAsync(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> separator)
    {
        if (fault.ChunkSize is not { } size)
        {
            await WriteOneChunkAsync(body, separator);
            return;
        }

        byte[] all = [.. body.Span, .. separator.Span];
        for (var at = 0; at < all.Length && !IsCut; at += size)
        {
            await WriteOneChunkAsync(all.AsMemory(at, Math.Min(size, all.Length - at)), default);
        }
    }

    public async Task FinishAsync()
    {
        Append("0\r\n\r\n"u8);
        await FlushAsync();
    }

    /// <summary>Ends a chunked response in the given way.</summary>
    public async Task CutAsync(CutMode mode)
    {
        if (mode == CutMode.Clean)
        {
            await FinishAsync();
            return;
        }

        if (mode == CutMode.MidChunk)
        {
            Append("1f4\r\n{\"status\":\"sta"u8);
            await FlushAsync();
        }

        Break(mode);
    }

    private async ValueTask WriteOneChunkAsync(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> separator)
    {
        var length = body.Length + separator.Length;
        if (fault.CutAfter - _body is { } left && left <= length)
        {
            await WriteCutChunkAsync(new Memory<byte>([.. body.Span, .. separator.Span]), (int)left);
            return;
        }

        AppendChunkSize(length);
        Append(body.Span);
        Append(separator.Span);
        Append("\r\n"u8);
        _body += length;
        await FlushAsync();
    }

    // A clean cut announces only what it sends; the others announce the whole and break the promise.
    private async Task WriteCutChunkAsync(ReadOnlyMemory<byte> chunk, int left)
    {
        var announced = fault.Cut == CutMode.Clean ? left : chunk.Length;
        if (announced > 0)
        {
            AppendChunkSize(announced);
            Append(chunk.Span[..left]);
            if (left == announced)
            {
                Append("\r\n"u8);
            }
        }

        _body += left;
        if (fault.Cut == CutMode.Clean)
        {
            await FinishAsync();
            IsCut = true;
            return;
        }

        await FlushAsync();
        Break(fault.Cut);
    }

    private void Break(CutMode mode)
    {
        IsCut = true;
        connection.Close(reset: mode == CutMode.Reset);
    }

    private void AppendChunkSize(int size) => Append(Encoding.ASCII.GetBytes(size.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_used + bytes.Length > _out.Length)
        {
            Array.Resize(ref _out, Math.Max(_out.Length * 2, _used + bytes.Length));
        }

        bytes.CopyTo(_out.AsSpan(_used));
        _used += bytes.Length;
    }

    private async ValueTask FlushAsync()
    {
        await connection.WriteAsync(_out.AsMemory(0, _used), fault.WriteSize);
        _used = 0;
    }
}
