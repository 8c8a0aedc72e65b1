using System.Text.Json;

namespace EventWatcher.Proxmox.Tests;

/// <summary>The shape of a JSON text: which keys it has, and what kind of values.</summary>
internal static class JsonShape
{
    public static string Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", element.EnumerateObject()
            .OrderBy(static property => property.Name, StringComparer.Ordinal)
            .Select(static property => $"{property.Name}:{(IsLenient(property.Name) ? "flag" : Of(property.Value))}")) + "}",
        JsonValueKind.Array => "[" + string.Join("|", element.EnumerateArray().Select(Of).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) + "]",
        JsonValueKind.True or JsonValueKind.False => "bool",
        var kind => kind.ToString(),
    };

    /// <summary>Says whether a list has the shape of another: the same first, no other shape among the rest, and empty only with it.</summary>
    public static void AssertSame(string expected, string actual)
    {
        var (wanted, given) = (JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement);
        if (wanted.TryGetProperty("data", out var wantedRows) && given.TryGetProperty("data", out var givenRows)
            && wantedRows.ValueKind == JsonValueKind.Array && givenRows.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(wantedRows.EnumerateArray().Select(Of).FirstOrDefault(), givenRows.EnumerateArray().Select(Of).FirstOrDefault());
            var allowed = wantedRows.EnumerateArray().Select(Of).ToHashSet(StringComparer.Ordinal);
            Assert.All(givenRows.EnumerateArray().Select(Of), shape => Assert.Contains(shape, allowed));
            return;
        }

        Assert.Equal(Of(wanted), Of(given));
    }

    // Perl writes it as a number or as a text, as it happens to hold it.
    private static bool IsLenient(string name) => name is "saved";
}
