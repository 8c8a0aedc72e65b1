using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EventWatcher.Files;

/// <summary>
/// Names are bytes to the kernel and text to .NET. A byte that is no UTF-8 becomes a lone surrogate (U+DC80 to U+DCFF)
/// and back, so that no name is lost; <see cref="Show"/> makes text of it that everybody can read.
/// </summary>
internal static class PathBytes
{
    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';

    public static string ToText(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Escape(bytes);

    /// <summary>Gives the bytes of a path, ended by a zero.</summary>
    /// <param name="path">The path.</param>
    /// <param name="buffer">Where they go if there is room; else a new array is made.</param>
    /// <returns>The bytes, with the zero.</returns>
    public static ReadOnlySpan<byte> ToBytes(string path, Span<byte> buffer)
    {
        var longest = (path.Length * 3) + 1;
        if (longest > buffer.Length)
        {
            buffer = new byte[longest];
        }

        var written = 0;
        var rest = path.AsSpan();
        while (true)
        {
            var status = Utf8.FromUtf16(rest, buffer[written..], out var read, out var count, replaceInvalidSequences: false);
            written += count;
            rest = rest[read..];
            if (status != OperationStatus.InvalidData)
            {
                break;
            }

            buffer[written++] = rest[0] is >= FirstEscape and <= LastEscape ? (byte)(rest[0] - 0xDC00) : (byte)'?';
            rest = rest[1..];
        }

        buffer[written] = 0;
        return buffer[..(written + 1)];
    }

    public static bool IsEscaped(string text) => text.AsSpan().IndexOfAnyInRange(FirstEscape, LastEscape) >= 0 && HasLoneEscape(text);

    /// <summary>Gives the text with the replacement character for bytes that are no UTF-8.</summary>
    public static string Show(string text) => IsEscaped(text)
        ? string.Create(text.Length, text, static (shown, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                shown[i] = IsLoneEscape(from, i) ? '\uFFFD' : from[i];
            }
        })
        : text;

    /// <summary>Gives the bytes of a text in hexadecimal digits.</summary>
    public static string ToHex(string text) => Convert.ToHexStringLower(ToBytes(text, [])[..^1]);

    private static bool HasLoneEscape(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsLoneEscape(text, i))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLoneEscape(string text, int index) =>
        text[index] is >= FirstEscape and <= LastEscape && (index == 0 || !char.IsHighSurrogate(text[index - 1]));

    private static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var count) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var bad in bytes[..count])
                {
                    text.Append((char)(0xDC00 + bad));
                }
            }

            bytes = bytes[count..];
        }

        return text.ToString();
    }
}
