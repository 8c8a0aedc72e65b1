using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EventWatcher.Benchmarks;

/// <summary>
/// A session recorded from Docker 20.10, its container events only (that is what is asked for on the wire), as a hundred
/// times three containers would have made it: about 440 bytes and four attributes an event, framed as HTTP chunks.
/// </summary>
internal sealed partial class RecordedBlock
{
    private const int Copies = 100;
    private const int LargeChunk = 64 << 10;

    private RecordedBlock(byte[] bytes, int events)
    {
        Bytes = bytes;
        Events = events;
    }

    public byte[] Bytes { get; }

    public int Events { get; }

    /// <summary>Makes the block.</summary>
    /// <param name="isChunkAnEvent">As the engine does it, which flushes after each event; else in chunks of 64 KiB, as a proxy would.</param>
    public static RecordedBlock Create(bool isChunkAnEvent)
    {
        var recorded = Recorded();
        var lines = Enumerable.Range(0, Copies).SelectMany(copy => recorded.Select(line => Encoding.UTF8.GetBytes(Vary(line, copy)))).ToList();
        using var bytes = new MemoryStream();
        foreach (var chunk in isChunkAnEvent ? lines : Join(lines))
        {
            bytes.Write(Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            bytes.Write(chunk);
            bytes.Write("\r\n"u8);
        }

        return new RecordedBlock(bytes.ToArray(), lines.Count);
    }

    private static List<string> Recorded()
    {
        using var stream = typeof(RecordedBlock).Assembly.GetManifestResourceStream("session.jsonl")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Contains("\"Type\":\"container\"", StringComparison.Ordinal))];
    }

    // Ids and names are those of this copy, everywhere in the line.
    private static string Vary(string line, int copy)
    {
        var varied = ContainerId().Replace(line, id => copy.ToString("x4", CultureInfo.InvariantCulture) + id.Value[4..]);
        return ContainerName().Replace(varied, name => $"{name.Value}-{copy.ToString(CultureInfo.InvariantCulture)}") + "\n";
    }

    private static IEnumerable<byte[]> Join(List<byte[]> lines) => lines.SelectMany(line => line).Chunk(LargeChunk);

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContainerId();

    [GeneratedRegex("(?<=\"name\":\")[a-z0-9-]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ContainerName();
}
