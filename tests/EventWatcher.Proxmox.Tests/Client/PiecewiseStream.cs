namespace EventWatcher.Proxmox.Tests;

/// <summary>Gives bytes a piece at a time, and then ends, or fails.</summary>
internal sealed class PiecewiseStream(byte[] bytes, int piece, IOException? failure = null) : MemoryStream(bytes)
{
    // What hides its length, as a connection does.
    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Position == Length && failure is not null ? throw failure : base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
}
