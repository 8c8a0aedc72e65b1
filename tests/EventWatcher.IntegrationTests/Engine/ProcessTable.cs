using System.Globalization;

namespace EventWatcher.IntegrationTests;

/// <summary>What <c>/proc</c> says of processes.</summary>
internal static class ProcessTable
{
    /// <summary>The children of a process, zombies too; with a name only those that are called so.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent, string? name = null) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(static folder => int.TryParse(folder, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && IsChild(id, parent, name)),
    ];

    // "17 (the name) S 1 …": number, name, state, parent.
    private static bool IsChild(int id, int parent, string? name)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return false;
        }

        var end = stat.LastIndexOf(')');
        return string.Equals(stat[(end + 2)..].Split(' ')[1], parent.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            && (name is null || string.Equals(stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], name, StringComparison.Ordinal));
    }
}
