namespace EventWatcher.Docker;

/// <summary>Cuts a stream's bytes into events: one contiguous buffer, from which each event is decoded where it lies.</summary>
/// <remarks>
/// An event ends with its newline, or, where none has come yet, as soon as its brackets close; a newline always ends an
/// event, so that a malformed one harms only its own line. Not thread-safe.
/// </remarks>
internal sealed class DockerEventBuffer
{
    /// <summary>Larger events are skipped: 1 MiB.</summary>
    internal const int MaxEventLength = 1 << 20;

    private const int InitialSize = 16 << 10;
    private const int UsualSize = 64 << 10;

    private readonly string _engine;
    private readonly DockerEventDecoder _decoder = new();

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(InitialSize);
    private int _start;
    private int _end;
    private int _lineEnd = -1;
    private int _seen;
    private long _origin;
    private bool _skipsLine;
    private JsonValueScanner _scanner;

    internal DockerEventBuffer(string engine) => _engine = engine;

    /// <summary>Gets how many bytes of an incomplete event are there; those of one that is being skipped do not count.</summary>
    internal int Incomplete => _end - _start;

    /// <summary>Takes the next event out of the buffer.</summary>
    /// <returns>The event; null where more bytes are needed first.</returns>
    /// <exception cref="DockerEventFormatException">One event was malformed or too large; it is skipped.</exception>
    internal DockerEvent? Take()
    {
        while (SkipBetween())
        {
            if (_lineEnd < _start)
            {
                var fresh = _buffer.AsSpan(_start + _seen, _end - _start - _seen);
                var newline = fresh.IndexOf((byte)'\n');
                if (newline < 0)
                {
                    return TakeUnterminated(fresh);
                }

                _lineEnd = _start + _seen + newline;
            }

            var decoded = _decoder.Decode(_buffer.AsSpan(_start, _lineEnd - _start), out var consumed, out var error);
            if (error is null && consumed <= MaxEventLength)
            {
                Consume(consumed);
                return decoded;
            }

            // Where the event is well-formed, what follows it on its line is none the worse.
            throw Skip(error is null ? consumed : _lineEnd - _start, error);
        }

        return null;
    }

    /// <summary>Returns where the next bytes go; never empty.</summary>
    internal Memory<byte> GetMemory()
    {
        var length = _end - _start;
        if (length == 0 && _buffer.Length > UsualSize)
        {
            MoveTo(GC.AllocateUninitializedArray<byte>(UsualSize));
        }
        else if (length > _buffer.Length / 2)
        {
            MoveTo(GC.AllocateUninitializedArray<byte>(_buffer.Length * 2));
        }
        else if (_start > 0)
        {
            MoveTo(_buffer);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Says how many bytes have come.</summary>
    internal void Advance(int count)
    {
        _end += count;
        if (_end == _buffer.Length && _buffer.Length < UsualSize)
        {
            // The sender is faster than small reads are good for.
            MoveTo(GC.AllocateUninitializedArray<byte>(UsualSize));
        }
    }

    private DockerEvent? TakeUnterminated(ReadOnlySpan<byte> fresh)
    {
        var complete = _scanner.Scan(fresh);
        if (complete < 0)
        {
            _seen += fresh.Length;
            if (_seen > MaxEventLength)
            {
                _skipsLine = true;
                throw Skip(_seen, error: null);
            }

            return null;
        }

        var length = _seen + complete;
        if (length > MaxEventLength)
        {
            throw Skip(length, error: null);
        }

        var decoded = _decoder.Decode(_buffer.AsSpan(_start, length), out _, out var error);
        if (error is not null)
        {
            _skipsLine = true;
            throw Skip(length, error);
        }

        Consume(length);
        return decoded;
    }

    // True when an event begins at _start.
    private bool SkipBetween()
    {
        if (_skipsLine)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            Consume(newline < 0 ? _end - _start : newline + 1);
            _skipsLine = newline < 0;
        }

        if (_seen == 0)
        {
            var blank = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept(" \t\r\n"u8);
            _start = blank < 0 ? _end : _start + blank;
        }

        return _start < _end;
    }

    private DockerEventFormatException Skip(int length, string? error)
    {
        var position = _origin + _start;
        Consume(length);
        return new DockerEventFormatException(
            _engine,
            error is null
                ? $"An event of {_engine} is larger than {MaxEventLength} bytes and was skipped (at byte {position} of the stream)."
                : $"An event of {_engine} is malformed and was skipped ({length} bytes at byte {position} of the stream): {error.TrimEnd('.')}.",
            position,
            length);
    }

    private void Consume(int length)
    {
        _start += length;
        _seen = 0;
        _scanner = default;
    }

    private void MoveTo(byte[] buffer)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(buffer);
        _buffer = buffer;
        _origin += _start;
        _end -= _start;
        _lineEnd = -1;
        _start = 0;
    }
}
