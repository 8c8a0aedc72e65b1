namespace EventWatcher.Store;

/// <summary>What of a string can be written as UTF-8 and read back the same.</summary>
internal static class Utf16
{
    /// <summary>Tells whether every surrogate has its other half; one alone would be written as another character.</summary>
    public static bool IsWhole(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = text.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }

            text = text[(at + 2)..];
        }

        return true;
    }
}
