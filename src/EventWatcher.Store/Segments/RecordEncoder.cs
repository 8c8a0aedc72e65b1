using System.Buffers;
using System.Text;

namespace EventWatcher.Store;

/// <summary>Turns events into records before they join a frame, outside every lock. Reused by the thread it was rented on.</summary>
internal sealed class RecordEncoder : IBufferWriter<byte>
{
    private const int UsualSize = 4 * 1024;
    private const int LargestKept = 1024 * 1024;

    [ThreadStatic]
    private static RecordEncoder? _spare;

    private byte[] _buffer = new byte[UsualSize];
    private int _length = FrameHeader.Size;

    /// <summary>Gets how many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the records, without a time yet.</summary>
    public ReadOnlySpan<byte> Records => _buffer.AsSpan(FrameHeader.Size, _length - FrameHeader.Size);

    public static RecordEncoder Rent()
    {
        // Nobody else has it meanwhile: a serializer may store an event itself.
        var encoder = _spare ?? new RecordEncoder();
        _spare = null;
        return encoder;
    }

    public void Return()
    {
        Clear();
        _spare = this;
    }

    /// <summary>Adds an event.</summary>
    /// <exception cref="ArgumentException">It is the default value.</exception>
    /// <exception cref="EventSerializationException">It can't be written, or is too large.</exception>
    public void Add(in NewEvent newEvent, IEventSerializer serializer, int maxEventBytes)
    {
        var start = _length;
        EnsureRoom(RecordHeader.Size);
        _length += RecordHeader.Size;
        EventEncoder.Encode(newEvent, serializer, this);
        var payload = _length - start - RecordHeader.Size;
        if (payload > maxEventBytes)
        {
            throw new EventSerializationException(newEvent.ObjectType, $"it takes {payload} bytes; MaxEventBytes allows {maxEventBytes}");
        }

        var type = Append(newEvent.ObjectType);
        var operation = Append(newEvent.Operation.Value);
        new RecordHeader(payload, type, operation, 0).Write(_buffer.AsSpan(start));
        Count++;
    }

    /// <summary>Hands its buffer over, with room for a frame's head before the records, and takes another.</summary>
    public (byte[] Buffer, int Length) Exchange(byte[] other)
    {
        var mine = (_buffer, _length);
        _buffer = other;
        Clear();
        return mine;
    }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private int Append(string text)
    {
        EnsureRoom(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
        _length += count;
        return count;
    }

    private void EnsureRoom(int count)
    {
        var needed = (long)_length + count;
        if (needed > Array.MaxLength)
        {
            throw new EventStoreException($"A batch of more than {_length} bytes is too large for one frame; divide it. Nothing was stored.");
        }

        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        }
    }

    private void Clear()
    {
        Count = 0;
        _length = FrameHeader.Size;
        if (_buffer.Length is < UsualSize or > LargestKept)
        {
            _buffer = new byte[UsualSize];
        }
    }
}
