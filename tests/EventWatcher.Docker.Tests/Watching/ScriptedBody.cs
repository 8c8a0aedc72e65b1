namespace EventWatcher.Docker.Tests;

/// <summary>A response's body: some bytes, as soon as the gate is open, and then a clean end, a broken connection, or silence.</summary>
internal sealed class ScriptedBody(ReadOnlyMemory<byte> bytes, ScriptedBody.Ending ending, Task? gate = null) : Stream
{
    private int _at;

    internal enum Ending
    {
        Clean,
        Broken,
        Silent,
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (gate is not null)
        {
            await gate.WaitAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, bytes.Length - _at);
        if (count > 0)
        {
            bytes.Slice(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        if (ending == Ending.Silent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        return ending == Ending.Clean ? 0 : throw new IOException("the connection was reset");
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
