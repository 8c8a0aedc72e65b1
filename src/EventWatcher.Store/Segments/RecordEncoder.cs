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

    private FrameBuffer _buffer = new(UsualSize);
    private int _length = FrameHeader.Size;

    // The names of the latest record, which mostly are the next one's too.
    private string? _type;
    private string? _operation;
    private int _typeLength;
    private int _operationLength;

    /// <summary>Gets how many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the time that the records have, in ticks of UTC.</summary>
    public long Timestamp { get; private set; }

    /// <summary>Gets the records.</summary>
    public ReadOnlySpan<byte> Records => _buffer.Span[FrameHeader.Size.._length];

    /// <summary>Takes one, for records of this time.</summary>
    public static RecordEncoder Rent(long timestamp)
    {
        // Nobody else has it meanwhile: a serializer may store an event itself.
        var encoder = _spare ?? new RecordEncoder();
        _spare = null;
        encoder.Timestamp = timestamp;
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
        var (type, operation) = (newEvent.ObjectType, newEvent.Operation.Value);
        var isNamedAsBefore = Count > 0 && string.Equals(type, _type, StringComparison.Ordinal) && string.Equals(operation, _operation, StringComparison.Ordinal);
        if (!isNamedAsBefore)
        {
            EventEncoder.RefuseBadNames(newEvent);
        }

        var start = _length;
        if (newEvent.Value is { } value)
        {
            EnsureRoom(RecordHeader.Size);
            _length += RecordHeader.Size;
            EventEncoder.Serialize(type, value, serializer, this);
        }
        else
        {
            var bytes = newEvent.Payload.Span;
            EnsureRoom((long)RecordHeader.Size + bytes.Length);
            _length += RecordHeader.Size;
            bytes.CopyTo(_buffer.Span[_length..]);
            _length += bytes.Length;
        }

        var payload = _length - start - RecordHeader.Size;
        if (payload > maxEventBytes)
        {
            throw new EventSerializationException(newEvent.ObjectType, $"it takes {payload} bytes; MaxEventBytes allows {maxEventBytes}");
        }

        if (isNamedAsBefore)
        {
            // They end where this record begins.
            var names = _typeLength + _operationLength;
            EnsureRoom(names);
            _buffer.Span[(start - names)..start].CopyTo(_buffer.Span[_length..]);
            _length += names;
        }
        else
        {
            (_type, _operation) = (type, operation);
            _typeLength = Append(type);
            _operationLength = Append(operation);
        }

        new RecordHeader(payload, _typeLength, _operationLength, Timestamp).Write(_buffer.Span[start..]);
        Count++;
    }

    /// <summary>Hands its buffer over, with room for a frame's head before the records, and takes another.</summary>
    public (FrameBuffer Buffer, int Length) Exchange(FrameBuffer other)
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
        return _buffer.Memory[_length..];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private int Append(string text)
    {
        EnsureRoom(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, _buffer.Span[_length..]);
        _length += count;
        return count;
    }

    private void EnsureRoom(long count)
    {
        var needed = _length + count;
        if (needed > Array.MaxLength)
        {
            throw new EventStoreException($"A batch of more than {_length} bytes is too large for one frame; divide it. Nothing was stored.");
        }

        FrameBuffer.Ensure(ref _buffer, _length, needed);
    }

    private void Clear()
    {
        Count = 0;
        _length = FrameHeader.Size;
        (_type, _operation) = (null, null);
        if (_buffer.Length is < UsualSize or > LargestKept)
        {
            _buffer = new FrameBuffer(UsualSize);
        }
    }
}
