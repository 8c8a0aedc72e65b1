using System.Text;
using System.Text.RegularExpressions;

namespace EventWatcher.Files;

/// <summary>
/// <c>*</c> and <c>?</c> within a name, <c>**</c> over directories, <c>[abc]</c>. A pattern without a slash is meant for
/// names in every directory.
/// </summary>
internal sealed class GlobPattern(string pattern)
{
    private readonly Regex _regex = new(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));

    public bool IsMatch(string path) => _regex.IsMatch(path);

    private static string Translate(string pattern)
    {
        var text = new StringBuilder("^");
        var rest = pattern.TrimStart('/');
        if (!pattern.Contains('/', StringComparison.Ordinal))
        {
            text.Append("(.*/)?");
        }

        for (var i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '*' when i + 2 < rest.Length && rest[i + 1] == '*' && rest[i + 2] == '/':
                    text.Append("(.*/)?");
                    i += 2;
                    break;
                case '*' when i + 1 < rest.Length && rest[i + 1] == '*':
                    text.Append(".*");
                    i++;
                    break;
                case '*':
                    text.Append("[^/]*");
                    break;
                case '?':
                    text.Append("[^/]");
                    break;
                case '[' when rest.IndexOf(']', i + 1) is var end and > 0 && end > i + 1:
                    var set = rest[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
                    text.Append('[').Append(set.StartsWith('!') ? "^" + set[1..] : set).Append(']');
                    i = end;
                    break;
                default:
                    text.Append(Regex.Escape(rest[i].ToString()));
                    break;
            }
        }

        return text.Append("\\z").ToString();
    }
}
