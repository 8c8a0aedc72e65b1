using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace EventWatcher.Docker;

/// <summary>
/// Turns UTF-8 into strings and remembers the latest of them: the events of one engine repeat the same ids, names and
/// labels all the time.
/// </summary>
/// <remarks>
/// Bounded: two places for each hash, the newer text in the first. A miss costs a string and never a wrong one. Not thread-safe.
/// </remarks>
internal sealed class Utf8StringCache
{
    /// <summary>Longer texts are made anew each time, so that a few of them cannot fill the memory.</summary>
    internal const int MaxTextLength = 256;

    private const int InitialSize = 256;
    private const int MaxSize = 2048;

    private Entry[] _entries = new Entry[InitialSize];
    private int _count;

    /// <summary>Returns the text; what is no UTF-8 becomes U+FFFD.</summary>
    internal string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxTextLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var hash = Hash(utf8);
        var place = (int)(hash & (uint)(_entries.Length - 1));
        ref var first = ref _entries[place];
        if (first.Hash == hash && first.Utf8 is { } bytes && utf8.SequenceEqual(bytes))
        {
            return first.Text;
        }

        ref var second = ref _entries[place ^ 1];
        if (second.Hash == hash && second.Utf8 is { } others && utf8.SequenceEqual(others))
        {
            return second.Text;
        }

        return Add(utf8, hash, place);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private string Add(ReadOnlySpan<byte> utf8, uint hash, int place)
    {
        if (_count > _entries.Length / 4 && _entries.Length < MaxSize)
        {
            Grow();
            place = (int)(hash & (uint)(_entries.Length - 1));
        }

        var text = Encoding.UTF8.GetString(utf8);
        Place(_entries, place, new Entry(hash, utf8.ToArray(), text));
        return text;
    }

    private void Place(Entry[] entries, int place, in Entry entry)
    {
        ref var first = ref entries[place];
        ref var second = ref entries[place ^ 1];
        if (first.Utf8 is null)
        {
            _count++;
        }
        else
        {
            _count += second.Utf8 is null ? 1 : 0;
            second = first;
        }

        first = entry;
    }

    private void Grow()
    {
        var entries = new Entry[_entries.Length * 2];
        _count = 0;
        foreach (ref readonly var entry in _entries.AsSpan())
        {
            if (entry.Utf8 is not null)
            {
                Place(entries, (int)(entry.Hash & (uint)(entries.Length - 1)), entry);
            }
        }

        _entries = entries;
    }

    // Beginning, middle and end: ids differ at once, label keys at their end. Collisions only cost a miss.
    private static uint Hash(ReadOnlySpan<byte> utf8)
    {
        ulong hash;
        if (utf8.Length >= 8)
        {
            hash = BinaryPrimitives.ReadUInt64LittleEndian(utf8)
                ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(utf8[^8..]), 21)
                ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(utf8[((utf8.Length - 8) / 2)..]), 42);
        }
        else
        {
            hash = 0;
            foreach (var value in utf8)
            {
                hash = (hash << 8) | value;
            }
        }

        hash = (hash ^ (uint)utf8.Length) * 0x9E3779B97F4A7C15;
        return (uint)(hash >> 32);
    }

    private readonly record struct Entry(uint Hash, byte[]? Utf8, string Text);
}
