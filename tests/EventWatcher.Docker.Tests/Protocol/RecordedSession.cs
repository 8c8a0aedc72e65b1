using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>What real engines sent on /events, line by line.</summary>
internal sealed class RecordedSession
{
    private RecordedSession(string resource)
    {
        using var stream = typeof(RecordedSession).Assembly.GetManifestResourceStream($"Protocol.Sessions.{resource}")
            ?? throw new InvalidOperationException($"There is no recorded session {resource}.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        Bytes = copy.ToArray();
        Lines = [.. Encoding.UTF8.GetString(Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(l)))];
    }

    /// <summary>Docker 20.10.24, recorded.</summary>
    public static RecordedSession Moby20 { get; } = new("moby-20.10.jsonl");

    /// <summary>The same as Docker 28 sends it: run time on die, an image's creation, and a stop before its die.</summary>
    public static RecordedSession Moby28 { get; } = new("moby-28.jsonl");

    /// <summary>Podman 4.3.1, recorded.</summary>
    public static RecordedSession Podman43 { get; } = new("podman-4.3.jsonl");

    public static RecordedSession Of(EngineFlavour flavour) => flavour switch
    {
        EngineFlavour.Moby20 => Moby20,
        EngineFlavour.Moby28 => Moby28,
        EngineFlavour.Podman43 => Podman43,
        _ => throw new ArgumentOutOfRangeException(nameof(flavour), flavour, "No session was recorded."),
    };

    /// <summary>The whole, line ends included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The lines without their ends.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; }
}
