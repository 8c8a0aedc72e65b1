using System.Buffers;

namespace EventWatcher.Docker;

/// <summary>
/// Finds where a JSON object or array ends, looking at every byte once, however the bytes arrive. Knows no more of JSON
/// than strings and brackets.
/// </summary>
internal struct JsonValueScanner
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);

    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>Goes on with the next bytes.</summary>
    /// <returns>How many of them belong to the value, when it is complete; -1 while it is not.</returns>
    internal int Scan(ReadOnlySpan<byte> next)
    {
        var at = 0;
        while (at < next.Length)
        {
            if (_escaped)
            {
                _escaped = false;
                at++;
                continue;
            }

            var found = next[at..].IndexOfAny(_inString ? StringEnd : Structure);
            if (found < 0)
            {
                break;
            }

            at += found;
            switch (next[at++])
            {
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'\\':
                    _escaped = true;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                default:
                    if (--_depth <= 0)
                    {
                        return at;
                    }

                    break;
            }
        }

        return -1;
    }
}
