namespace DurableHandlers;

/// <summary>Standard output, a whole line at a time, written through at once: what is printed was printed, whatever happens next.</summary>
internal static class Lines
{
    private static readonly Lock Gate = new();
    private static readonly StreamWriter Output = new(Console.OpenStandardOutput()) { AutoFlush = true, NewLine = "\n" };

    public static void Print(string line)
    {
        lock (Gate)
        {
            Output.WriteLine(line);
        }
    }
}
