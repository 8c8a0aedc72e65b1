using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventWatcher.Docker;

/// <summary>Undoes the escapes of a JSON string whose syntax has been checked already, without ever failing.</summary>
/// <remarks>The reader's own methods throw on invalid UTF-8 and on half a surrogate pair; neither is worth an event.</remarks>
internal static class JsonStringText
{
    private const int OnStack = 512;

    /// <summary>Unescapes and returns the text, from the cache where it is there.</summary>
    internal static string Unescape(ReadOnlySpan<byte> escaped, Utf8StringCache cache)
    {
        // No escape is shorter than what it stands for.
        byte[]? rented = null;
        Span<byte> buffer = escaped.Length <= OnStack
            ? stackalloc byte[OnStack]
            : (rented = ArrayPool<byte>.Shared.Rent(escaped.Length));
        var text = cache.Get(buffer[..Unescape(escaped, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return text;
    }

    private static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> output)
    {
        var written = 0;
        while (true)
        {
            var plain = escaped.IndexOf((byte)'\\');
            if (plain < 0)
            {
                escaped.CopyTo(output[written..]);
                return written + escaped.Length;
            }

            escaped[..plain].CopyTo(output[written..]);
            written += plain;
            escaped = escaped[plain..];
            if (escaped[1] == (byte)'u')
            {
                written += Code(ref escaped).EncodeToUtf8(output[written..]);
                continue;
            }

            output[written++] = escaped[1] switch
            {
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                var itself => itself,
            };
            escaped = escaped[2..];
        }
    }

    private static Rune Code(ref ReadOnlySpan<byte> escaped)
    {
        var first = Unit(escaped);
        escaped = escaped[6..];
        if (Rune.TryCreate(first, out var rune))
        {
            return rune;
        }

        if (escaped is [(byte)'\\', (byte)'u', ..] && Rune.TryCreate(first, Unit(escaped), out rune))
        {
            escaped = escaped[6..];
            return rune;
        }

        return Rune.ReplacementChar;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
