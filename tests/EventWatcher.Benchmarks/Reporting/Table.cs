namespace EventWatcher.Benchmarks;

/// <summary>A small table in Markdown, aligned for reading as it is: the first column to the left, the others to the right.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        var widths = columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        Print(columns, widths);
        Console.WriteLine($"|{string.Join('|', widths.Select((width, i) => new string('-', width + 1) + (i == 0 ? "-" : ":")))}|");
        foreach (var row in _rows)
        {
            Print(row, widths);
        }

        Console.WriteLine();
    }

    private static void Print(string[] cells, int[] widths) =>
        Console.WriteLine($"| {string.Join(" | ", cells.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])))} |");
}
