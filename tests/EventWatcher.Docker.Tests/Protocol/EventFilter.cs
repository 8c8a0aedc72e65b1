using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventWatcher.Docker.Tests;

/// <summary>The <c>filters</c> of a request, matched as moby matches them: OR within a term, AND across terms, AND among labels.</summary>
internal sealed partial class EventFilter
{
    private static readonly string[] FuzzyActions = ["health_status", "exec_create", "exec_start"];
    private static readonly string[] NamedTypes =
        ["daemon", "container", "plugin", "volume", "network", "node", "service", "secret", "config"];

    private readonly Dictionary<string, HashSet<string>> _terms;

    private EventFilter(Dictionary<string, HashSet<string>> terms) => _terms = terms;

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>Reads <c>{"type":{"container":true}}</c> or <c>{"type":["container"]}</c>; false for anything else.</summary>
    public static bool TryParse(string? json, out EventFilter filter)
    {
        var terms = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        filter = new EventFilter(terms);
        if (string.IsNullOrEmpty(json))
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var term in document.RootElement.EnumerateObject())
            {
                terms[term.Name] = term.Value.ValueKind switch
                {
                    JsonValueKind.Array => term.Value.EnumerateArray().Select(v => v.GetString()!).ToHashSet(StringComparer.Ordinal),
                    JsonValueKind.Object => term.Value.EnumerateObject().Where(v => v.Value.GetBoolean()).Select(v => v.Name).ToHashSet(StringComparer.Ordinal),
                    _ => throw new JsonException("neither a list nor a map"),
                };
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether the filter has this term at all.</summary>
    public bool Names(string term) => _terms.ContainsKey(term);

    public bool Includes(FakeEvent e) =>
        MatchesAction(e.Action)
        && Exact("type", e.Type)
        && Exact("scope", "local")
        && NamedTypes.All(type => Fuzzy(type, e.Id) || Fuzzy(type, e.Name ?? ""))
        && IncludesImage(e.Id, e.Attributes.GetValueOrDefault(e.Type == "image" ? "name" : "image") ?? "")
        && HasLabels(e.Attributes);

    public bool Exact(string term, string value) =>
        !_terms.TryGetValue(term, out var wanted) || wanted.Count == 0 || wanted.Contains(value);

    public bool Fuzzy(string term, string value) =>
        Exact(term, value) || _terms[term].Any(prefix => value.StartsWith(prefix, StringComparison.Ordinal));

    public bool Contains(string term, string value) =>
        !_terms.TryGetValue(term, out var wanted) || wanted.Count == 0 || wanted.Any(part => value.Contains(part, StringComparison.Ordinal));

    public bool HasLabels(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var wanted in _terms.GetValueOrDefault("label") ?? [])
        {
            var at = wanted.IndexOf('=', StringComparison.Ordinal);
            var key = at < 0 ? wanted : wanted[..at];
            if (!labels.TryGetValue(key, out var value) || (at >= 0 && value != wanted[(at + 1)..]))
            {
                return false;
            }
        }

        return true;
    }

    private bool IncludesImage(string id, string image) =>
        Exact("image", id) || Exact("image", image) || Exact("image", Familiar(id)) || Exact("image", Familiar(image));

    // moby's stripTag: the reference's familiar name, or the text itself where it is no reference.
    private static string Familiar(string image)
    {
        var match = Reference().Match(image);
        return match.Success ? match.Groups["name"].Value : image;
    }

    [GeneratedRegex("^(docker\\.io/library/(?=[^/]*$)|docker\\.io/|library/(?=[^/]*$))?(?<name>([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9._-]+(/[a-z0-9._-]+)*)(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@.+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Reference();

    private bool MatchesAction(string action) =>
        _terms.TryGetValue("event", out var wanted) && wanted.Overlaps(FuzzyActions) ? Fuzzy("event", action) : Exact("event", action);
}
