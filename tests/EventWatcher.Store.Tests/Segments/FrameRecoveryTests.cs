namespace EventWatcher.Store.Tests;

public sealed class FrameRecoveryTests
{
    [Fact]
    public async Task Read_of_a_file_that_is_being_written_finds_no_damage()
    {
        var log = await SmallLog.CreateAsync(isClosed: true);
        var name = Segment.NameOf(1);
        var whole = new GrowingFile(log.Files[name], log.Files[name].Length);
        var header = FileHeader.Read(whole, name, FileKind.Events, default);
        var offsets = new List<long>();
        var all = FrameRecovery.Read(whole, name, header, (offset, _, _) => offsets.Add(offset));
        Assert.True(offsets.Count > 3);

        // At the first look the last frames are not there yet, at the second one they are.
        var seen = new List<long>();
        var found = FrameRecovery.Read(new GrowingFile(log.Files[name], offsets[^3]), name, header, (offset, _, _) => seen.Add(offset));

        Assert.Equal(offsets, seen);
        Assert.Equal(all, found);
    }

    /// <summary>A file of which the first read sees only the beginning.</summary>
    private sealed class GrowingFile(byte[] content, long firstSeen) : IStorageFile
    {
        private int _reads;

        public long Length => content.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            var bytes = content.AsSpan((int)Math.Min(offset, content.Length));
            bytes = bytes[..Math.Min(bytes.Length, buffer.Length)];
            bytes.CopyTo(buffer);
            if (_reads++ == 0 && firstSeen - offset < bytes.Length)
            {
                buffer[(int)(firstSeen - offset)..bytes.Length].Clear();
            }

            return bytes.Length;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => throw new NotSupportedException();

        public void Allocate(long length) => throw new NotSupportedException();

        public void Truncate(long length) => throw new NotSupportedException();

        public void Flush() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
