namespace DurableHandlers;

/// <summary>Rows under a head, each column as wide as its widest text, numbers to the right.</summary>
internal static class Table
{
    public static void Print(string[] head, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(head).ToList();
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            Lines.Print(string.Join("  ", row.Select((text, column) =>
                IsNumeric(all, column) ? text.PadLeft(widths[column]) : text.PadRight(widths[column]))).TrimEnd());
        }

        if (all.Count == 1)
        {
            Lines.Print("(none)");
        }
    }

    private static bool IsNumeric(List<string[]> rows, int column) =>
        rows.Count > 1 && rows.Skip(1).All(row => row[column].All(static character => char.IsAsciiDigit(character) || character is ',' or '.'));
}
