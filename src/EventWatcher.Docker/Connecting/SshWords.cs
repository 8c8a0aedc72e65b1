using System.Text;

namespace EventWatcher.Docker;

/// <summary>Reads what <c>ssh</c> says of itself, on and on so that it is never held up, and keeps the last of it.</summary>
internal sealed class SshWords
{
    private const int Kept = 2_000;
    private const int Shown = 1_000;

    private readonly Lock _gate = new();
    private readonly byte[] _last = new byte[Kept];
    private int _count;

    internal SshWords(Stream stream) => Ended = ReadAsync(stream);

    /// <summary>Gets the end of the reading. Never faults.</summary>
    internal Task Ended { get; }

    /// <summary>Returns the last words in one line.</summary>
    public override string ToString()
    {
        string text;
        lock (_gate)
        {
            text = Encoding.UTF8.GetString(_last, 0, _count);
        }

        var lines = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = string.Concat(string.Join("; ", lines).Select(static character => char.IsControl(character) ? '?' : character));
        return line.Length > Shown ? "…" + line[^Shown..] : line;
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[512];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                Keep(buffer.AsSpan(0, count));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process has gone, or the connection was disposed.
            return;
        }
    }

    private void Keep(ReadOnlySpan<byte> words)
    {
        lock (_gate)
        {
            var surplus = Math.Max(0, _count + words.Length - Kept);
            _last.AsSpan(surplus, _count - surplus).CopyTo(_last);
            _count -= surplus;
            words.CopyTo(_last.AsSpan(_count));
            _count += words.Length;
        }
    }
}
