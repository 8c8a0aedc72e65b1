using System.Buffers;

namespace EventWatcher.Proxmox;

/// <summary>The body of an answer, in lent memory: the list of a thousand guests has some 300 KB, and comes every three seconds.</summary>
internal sealed class ProxmoxBody : IDisposable
{
    private const int FirstLength = 16 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstLength);
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Reads to the end, in the place of what was read before.</summary>
    /// <exception cref="HttpRequestException">The connection was lost, or there are more bytes than <paramref name="largest"/>.</exception>
    public async Task ReadAsync(HttpContent content, long largest, CancellationToken cancellationToken)
    {
        _length = 0;
        ThrowIfTooLarge(content.Headers.ContentLength ?? 0, largest);
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (await stream.ReadAsync(GetRoom(), cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                _length += count;
                ThrowIfTooLarge(_length, largest);
            }
        }
        catch (IOException lost)
        {
            // As what fails before the body does: other exceptions of this kind are of files.
            throw new HttpRequestException((lost as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown, lost.Message, lost);
        }
    }

    /// <summary>Gives the memory back, without what it held: that may be a ticket.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        (_bytes, _length) = ([], 0);
    }

    private static void ThrowIfTooLarge(long length, long largest)
    {
        if (length > largest)
        {
            throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, $"it has more than {largest} bytes");
        }
    }

    private Memory<byte> GetRoom()
    {
        if (_length == _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * _length);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
            _bytes = larger;
        }

        return _bytes.AsMemory(_length);
    }
}
