using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>The latest frames, in a ring of so many bytes, so that whoever keeps up reads no file. Safe from any thread.</summary>
internal sealed class RecentFrames(int capacity)
{
    private readonly Lock _gate = new();
    private byte[] _ring = [];

    // The frames' places, oldest first, in a ring of their own; each frame follows the one before it.
    private Entry[] _entries = new Entry[256];
    private int _oldest;
    private int _count;
    private long _end;
    private long _unasked;

    /// <summary>Takes the frame that follows those that are there.</summary>
    public void Add(FrameHeader header, ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            // One that is very large would drive out nearly everything else; and large ones take long to copy, which is
            // for nothing where as much as there is room for came and went and nobody asked.
            _unasked += frame.Length;
            if (frame.Length > capacity / 4 || (frame.Length >= FrameBuffer.Large && _unasked > capacity))
            {
                // What is there must follow one another.
                _count = 0;
                return;
            }

            if (_ring.Length == 0)
            {
                _ring = GC.AllocateUninitializedArray<byte>(capacity);
            }

            // A frame that doesn't fit before the ring's end goes to its beginning.
            var place = _end % capacity;
            var start = place + frame.Length > capacity ? _end + capacity - place : _end;
            while (_count > 0 && start + frame.Length - At(0).Start > capacity)
            {
                _oldest = (_oldest + 1) % _entries.Length;
                _count--;
            }

            frame.CopyTo(_ring.AsSpan((int)(start % capacity)));
            _end = start + frame.Length;
            Append(new Entry(header.First, start, frame.Length));
        }
    }

    /// <summary>Copies the frame that holds an event, and as many of those behind it as fit.</summary>
    /// <param name="number">The event.</param>
    /// <param name="buffer">Takes the frames; made larger where it doesn't hold the first one.</param>
    /// <returns>How many bytes; 0 where the event isn't here.</returns>
    public int Copy(long number, ref byte[] buffer)
    {
        lock (_gate)
        {
            _unasked = 0;
            if (_count == 0 || number < At(0).First)
            {
                return 0;
            }

            var (low, high) = (0, _count);
            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                (low, high) = At(middle).First <= number ? (middle + 1, high) : (low, middle);
            }

            var copied = 0;
            for (var i = low - 1; i < _count && (copied == 0 || copied + At(i).Length <= buffer.Length); i++)
            {
                var entry = At(i);
                if (entry.Length > buffer.Length)
                {
                    buffer = new byte[entry.Length];
                }

                _ring.AsSpan((int)(entry.Start % capacity), entry.Length).CopyTo(buffer.AsSpan(copied));
                copied += entry.Length;
            }

            return copied;
        }
    }

    private ref Entry At(int index) => ref _entries[(_oldest + index) % _entries.Length];

    private void Append(Entry entry)
    {
        if (_count == _entries.Length)
        {
            var larger = new Entry[2 * _count];
            for (var i = 0; i < _count; i++)
            {
                larger[i] = At(i);
            }

            (_entries, _oldest) = (larger, 0);
        }

        At(_count++) = entry;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(long First, long Start, int Length);
}
