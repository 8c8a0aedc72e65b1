using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>Feeds bytes to the buffer in pieces and notes what comes out.</summary>
internal static class Decode
{
    /// <summary>One line for each event or fault, in order; what was left incomplete is the last.</summary>
    public static List<string> All(ReadOnlySpan<byte> bytes, Func<int> nextPiece)
    {
        var buffer = new DockerEventBuffer("test");
        var found = new List<string>();
        while (bytes.Length > 0)
        {
            var memory = buffer.GetMemory();
            var count = Math.Clamp(nextPiece(), 1, Math.Min(bytes.Length, memory.Length));
            bytes[..count].CopyTo(memory.Span);
            bytes = bytes[count..];
            buffer.Advance(count);
            Drain(buffer, found);
        }

        if (buffer.Incomplete > 0)
        {
            found.Add($"incomplete {buffer.Incomplete}");
        }

        return found;
    }

    public static List<string> All(string text, int piece = int.MaxValue) => All(Encoding.UTF8.GetBytes(text), () => piece);

    public static DockerEvent One(string json) => One(Encoding.UTF8.GetBytes(json));

    public static DockerEvent One(ReadOnlySpan<byte> json)
    {
        var decoded = new DockerEventDecoder().Decode(json, out var consumed, out var error);
        Assert.Null(error);
        Assert.Equal(json.Length, consumed);
        return decoded!;
    }

    public static string Error(string json)
    {
        var decoded = new DockerEventDecoder().Decode(Encoding.UTF8.GetBytes(json), out _, out var error);
        Assert.Null(decoded);
        Assert.NotNull(error);
        return error;
    }

    public static string Show(DockerEvent e) =>
        $"{e.Type} {e.Action} {e.ActorId} {e.TimeNanoseconds} {string.Join(',', e.Attributes.Select(a => $"{a.Key}={a.Value}"))}";

    private static void Drain(DockerEventBuffer buffer, List<string> found)
    {
        while (true)
        {
            try
            {
                if (buffer.Take() is not { } next)
                {
                    return;
                }

                found.Add(Show(next));
            }
            catch (DockerEventFormatException exception)
            {
                found.Add($"fault {exception.Position} {exception.Length}");
            }
        }
    }
}
