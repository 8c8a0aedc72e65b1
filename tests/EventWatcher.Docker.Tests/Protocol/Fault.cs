using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>How the engine treats one request differently from a sound one. Combine by <c>with</c>.</summary>
internal sealed record Fault
{
    public static Fault None { get; } = new();

    /// <summary>Answers this status and <see cref="Body"/> and does nothing else.</summary>
    public int? Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Waited for before the status line; the token ends with the connection.</summary>
    public Func<CancellationToken, Task>? BeforeHeaders { get; init; }

    /// <summary>Waited for between the headers of an event stream and its subscription.</summary>
    public Func<CancellationToken, Task>? BeforeSubscribe { get; init; }

    /// <summary>Keeps the headers back until there is an event to send with them, as some proxies do.</summary>
    public bool HeadersWithFirstEvent { get; init; }

    /// <summary>Closes the connection instead of answering.</summary>
    public bool NoAnswer { get; init; }

    /// <summary>Cuts after exactly this many bytes of body (chunk framing not counted).</summary>
    public long? CutAfter { get; init; }

    /// <summary>How <see cref="CutAfter"/> and <see cref="NoAnswer"/> cut.</summary>
    public CutMode Cut { get; init; } = CutMode.Close;

    /// <summary>At most so many bytes of body in a chunk.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>At most so many bytes in a write to the socket, chunk framing and headers included.</summary>
    public int? WriteSize { get; init; }

    /// <summary>What follows each event: nothing, CRLF, a space (several on a line), …</summary>
    public string Separator { get; init; } = "\n";

    public static Fault Answer(int status, string message) =>
        new() { Status = status, Body = HttpText.Message(message) };

    public static Fault NotJson(int status = 200, string text = "<html><body>502 Bad Gateway</body></html>") =>
        new() { Status = status, Body = Encoding.UTF8.GetBytes(text), ContentType = "text/html" };

    public static Fault DelayHeaders(TimeSpan by, TimeProvider time) => new() { BeforeHeaders = ct => Task.Delay(by, time, ct) };

    public static Fault WithholdHeaders() => new() { BeforeHeaders = ct => Task.Delay(Timeout.InfiniteTimeSpan, ct) };

    public static Fault HoldHeadersUntil(Task gate) => new() { BeforeHeaders = gate.WaitAsync };

    public static Fault SubscribeAfter(Task gate) => new() { BeforeSubscribe = gate.WaitAsync };

    public static Fault CutAfterBytes(long bytes, CutMode how = CutMode.Close) => new() { CutAfter = bytes, Cut = how };
}
