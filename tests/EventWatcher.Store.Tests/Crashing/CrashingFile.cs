namespace EventWatcher.Store.Tests;

/// <summary>A file's content: what the processes see, what is on the disk, and the writes in between.</summary>
internal sealed class CrashingFile
{
    private const int Sector = 512;

    private readonly List<(long Offset, byte[] Bytes)> _unflushed = [];
    private byte[] _seen = [];
    private byte[] _durable = [];

    public int Length => _seen.Length;

    public int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(_seen.Length - offset, 0, buffer.Length);
        _seen.AsSpan((int)Math.Min(offset, _seen.Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (offset + bytes.Length > _seen.Length)
        {
            Array.Resize(ref _seen, (int)offset + bytes.Length);
        }

        bytes.CopyTo(_seen.AsSpan((int)offset));
        _unflushed.Add((offset, bytes.ToArray()));
    }

    public void SetLength(long length)
    {
        Array.Resize(ref _seen, (int)length);
        if (length < _durable.Length)
        {
            // What was cut off reads as zeros where the file grows again.
            Array.Resize(ref _durable, (int)length);
            _unflushed.RemoveAll(write => write.Offset >= length);
        }
    }

    /// <summary>Exactly what was written and not flushed yet becomes durable: what a failed flush lost, stays lost.</summary>
    public void Flush()
    {
        foreach (var (offset, bytes) in _unflushed)
        {
            Put(ref _durable, offset, bytes);
        }

        _unflushed.Clear();
        Array.Resize(ref _durable, _seen.Length);
    }

    /// <summary>A flush fails: some of the writes reach the disk, and none is tried again, though processes see them all.</summary>
    public void FailFlush(Random random)
    {
        _durable = AfterPowerLoss(random);
        _unflushed.Clear();
    }

    /// <summary>The power is cut: what was not flushed is lost, or not, or torn, each sector on its own, in any order.</summary>
    public void LosePower(Random random)
    {
        _durable = AfterPowerLoss(random);
        _unflushed.Clear();
        _seen = [.. _durable];
    }

    /// <summary>Changes what is there, behind everybody's back.</summary>
    public void Tamper(byte[] content) => (_seen, _durable) = ([.. content], [.. content]);

    public byte[] ToArray() => [.. _seen];

    private static void Put(ref byte[] content, long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > content.Length)
        {
            Array.Resize(ref content, (int)offset + bytes.Length);
        }

        bytes.CopyTo(content.AsSpan((int)offset));
    }

    private byte[] AfterPowerLoss(Random random)
    {
        // Sometimes nothing survives, sometimes all does, mostly some.
        var survival = random.Next(4) switch { 0 => 0, 1 => 100, _ => random.Next(100) };
        var length = random.Next(100) < survival ? _seen.Length : random.Next(Math.Min(_durable.Length, _seen.Length), _seen.Length + 1);
        var after = _durable;
        Array.Resize(ref after, _seen.Length);
        after = [.. after];
        var sectors = _unflushed.SelectMany(static write => Sectors(write)).Distinct().ToArray();
        foreach (var sector in sectors)
        {
            // A sector goes to the disk as it is at some time; and at the very end a part of it may.
            var versions = Versions(sector, after);
            var taken = versions[random.Next(100) < survival ? random.Next(versions.Count) : 0];
            if (random.Next(8) == 0)
            {
                var other = versions[random.Next(versions.Count)];
                var cut = random.Next(taken.Length + 1);
                taken = [.. other[..cut], .. taken[cut..]];
            }

            taken.CopyTo(after.AsSpan((int)sector * Sector));
        }

        Array.Resize(ref after, length);
        return after;
    }

    private List<byte[]> Versions(long sector, byte[] durable)
    {
        var start = (int)sector * Sector;
        var current = durable[start..Math.Min(start + Sector, durable.Length)];
        var versions = new List<byte[]> { current };
        foreach (var (offset, bytes) in _unflushed)
        {
            var from = Math.Max(start, offset);
            var to = Math.Min(start + current.Length, offset + bytes.Length);
            if (from < to)
            {
                current = [.. current];
                bytes.AsSpan((int)(from - offset), (int)(to - from)).CopyTo(current.AsSpan((int)(from - start)));
                versions.Add(current);
            }
        }

        return versions;
    }

    private static IEnumerable<long> Sectors((long Offset, byte[] Bytes) write)
    {
        for (var sector = write.Offset / Sector; sector * Sector < write.Offset + write.Bytes.Length; sector++)
        {
            yield return sector;
        }
    }
}
