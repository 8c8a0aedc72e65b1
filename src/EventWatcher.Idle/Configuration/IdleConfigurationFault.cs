using System.Text;

namespace EventWatcher.Idle;

/// <summary>That a container's labels say something which can't be: the container is left alone until they don't.</summary>
/// <param name="Container">The container.</param>
/// <param name="Label">The label.</param>
/// <param name="Value">What it says; where it looks like a user and a password before an @, without them.</param>
/// <param name="Allowed">What it may say.</param>
public sealed record IdleConfigurationFault(string Container, string Label, string Value, string Allowed)
{
    private const int LongestShown = 200;

    /// <summary>Gets what the label says; where it looks like a user and a password before an @, without them.</summary>
    public string Value { get; init; } = WithoutSecret(Value);

    /// <summary>Returns the fault in words; a long value is cut, and control characters are written as <c>\uXXXX</c>.</summary>
    /// <returns>Such as <c>app: the label eventwatcher.idle.port is "http"; allowed: from 1 to 65535.</c></returns>
    public override string ToString() => $"{Shown(Container)}: the label {Shown(Label)} is \"{Shown(Value)}\"; allowed: {Allowed}.";

    private static string WithoutSecret(string value)
    {
        var at = value.LastIndexOf('@');
        var scheme = value.IndexOf("//", StringComparison.Ordinal);
        var start = scheme >= 0 && scheme < at ? scheme + 2 : 0;
        return at > start ? string.Concat(value.AsSpan(0, start), "***", value.AsSpan(at)) : value;
    }

    // Anybody may write anything on a container; a line of the log stays one.
    private static string Shown(string text)
    {
        if (text.Length <= LongestShown && !text.Any(char.IsControl))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, LongestShown)))
        {
            _ = char.IsControl(letter) ? shown.Append($"\\u{(int)letter:x4}") : shown.Append(letter);
        }

        return text.Length > LongestShown ? shown.Append('…').ToString() : shown.ToString();
    }
}
