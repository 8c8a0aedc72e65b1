using System.Globalization;
using System.Text.Json;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>Which paths the API has, and which parameters they take.</summary>
internal sealed class ApiSchema(JsonElement schema)
{
    /// <summary>Says what is wrong with a request; nothing where it is right.</summary>
    public IEnumerable<string> FaultsOf(FakeProxmoxRequest request)
    {
        var call = $"{request.Method} {request.Path}";
        var segments = request.Path.Split('/');
        var known = schema.EnumerateObject().FirstOrDefault(entry => Matches(entry.Name, request.Method, segments));
        if (known.Value.ValueKind is JsonValueKind.Undefined)
        {
            yield return $"{call} is not in the schema.";
            yield break;
        }

        var given = request.Parameters.ToDictionary(static entry => entry.Key, static entry => entry.Value);
        foreach (var (name, value) in known.Name.Split(' ')[1].Split('/').Zip(segments).Where(static pair => pair.First.StartsWith('{')))
        {
            given[name.Trim('{', '}')] = value;
        }

        foreach (var (name, value) in given)
        {
            if (!known.Value.TryGetProperty(name, out var rule))
            {
                yield return $"{call} takes no {name}.";
            }
            else if (Fault(rule, value) is { } fault)
            {
                yield return $"{call}: {name} is {value}; {fault}.";
            }
        }

        foreach (var rule in known.Value.EnumerateObject().Where(rule => !rule.Value.TryGetProperty("optional", out _) && !given.ContainsKey(rule.Name)))
        {
            yield return $"{call} lacks {rule.Name}.";
        }
    }

    private static string? Fault(JsonElement rule, string value)
    {
        var isNumber = long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number);
        return rule.GetProperty("type").GetString() switch
        {
            "integer" when !isNumber => "a whole number is wanted",
            "boolean" when value is not ("0" or "1") => "0 or 1 is wanted",
            "integer" when rule.TryGetProperty("minimum", out var least) && number < least.GetInt64() => "it is too small",
            "integer" when rule.TryGetProperty("maximum", out var most) && number > most.GetInt64() => "it is too large",
            "string" when rule.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.GetString() == value) => "it is not one of the words",
            _ => null,
        };
    }

    private static bool Matches(string entry, string method, string[] segments)
    {
        var parts = entry.Split(' ');
        var pattern = parts[1].Split('/');
        return parts[0] == method
            && pattern.Length == segments.Length
            && pattern.Zip(segments).All(static pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0));
    }
}
