namespace EventWatcher;

/// <summary>Guesses what somebody meant who made a typing error.</summary>
internal static class NearestName
{
    /// <summary>Finds the known name with the fewest edits, where so few make it likely.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var nearest = known
            .Select(candidate => (Name: candidate, Edits: Edits(name, candidate)))
            .OrderBy(static candidate => candidate.Edits)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Edits <= Math.Max(2, nearest.Name.Length / 3) ? nearest.Name : null;
    }

    private static int Edits(string left, string right)
    {
        // Levenshtein, one row at a time.
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
