using System.Text;

namespace EventWatcher.Store;

/// <summary>The few names that all events share, as strings made once. Safe from any thread; what has no place is made anew.</summary>
internal sealed class NameCache
{
    private const int Places = 256;
    private const int LongestKept = 256;

    private readonly Entry?[] _entries = new Entry?[Places];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestKept)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var place = ref _entries[((utf8.Length * 31) + (utf8[0] * 7) + (utf8[^1] * 131) + utf8[utf8.Length / 2]) % Places];
        var known = Volatile.Read(ref place);
        if (known is null || !utf8.SequenceEqual(known.Utf8))
        {
            known = new Entry(utf8.ToArray(), Encoding.UTF8.GetString(utf8));
            Volatile.Write(ref place, known);
        }

        return known.Text;
    }

    private sealed record Entry(byte[] Utf8, string Text);
}
