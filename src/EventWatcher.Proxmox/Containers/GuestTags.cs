using System.Text;

namespace EventWatcher.Proxmox;

/// <summary>
/// Reads tags. Some say what labels say elsewhere: <c>eventwatcher-idle-idle-timeout.10m</c> is the label
/// <c>eventwatcher.idle.idle-timeout</c> with the value <c>10m</c>.
/// </summary>
/// <remarks>
/// Tags allow letters, digits, and <c>_ - + .</c> only, and are put into small letters by default: <c>+2f</c> is the character with that
/// code. Several tags with one key are one label with commas; one without a value is <c>true</c>.
/// </remarks>
internal static class GuestTags
{
    private const string TagPrefix = "eventwatcher-idle-";
    private const string LabelPrefix = "eventwatcher.idle.";
    private const char Escape = '+';

    // As the cluster writes them, and as its forms take them.
    private static readonly char[] Separators = [';', ',', ' '];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Adds the labels that tags stand for.</summary>
    public static void AddLabels(string tags, Dictionary<string, string> labels)
    {
        foreach (var tag in Split(tags))
        {
            if (tag.StartsWith(TagPrefix, StringComparison.OrdinalIgnoreCase))
            {
                Add(tag[TagPrefix.Length..], labels);
            }
        }
    }

    /// <summary>Says whether two lists have the same tags, in whatever order.</summary>
    public static bool AreSame(string? one, string? other) =>
        string.Equals(one ?? "", other ?? "", StringComparison.Ordinal) || Split(one ?? "").ToHashSet(StringComparer.Ordinal).SetEquals(Split(other ?? ""));

    private static string[] Split(string tags) => tags.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void Add(string text, Dictionary<string, string> labels)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var key = dot < 0 ? text : text[..dot];
        var value = dot < 0 ? "true" : Decode(text.AsSpan(dot + 1));
        if (value is null)
        {
            // There is no such label, and so it is refused by its name.
            (key, value) = (text, "");
        }

        var label = LabelPrefix + key.ToLowerInvariant();
        labels[label] = labels.TryGetValue(label, out var before) ? $"{before},{value}" : value;
    }

    /// <summary>Reads a value; null where an escape is none.</summary>
    private static string? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != Escape)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([text[i]]));
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.Slice(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
