namespace EventWatcher.Store.Tests;

/// <summary>A <see cref="CrashingDisk"/> as one process sees it, until the process or the power is gone.</summary>
internal sealed class CrashingStorage(CrashingDisk disk, int life) : IStorage
{
    public string Name => "crashing";

    public IReadOnlyList<string> List()
    {
        using var operation = disk.Begin(life);
        return disk.List();
    }

    public IStorageFile Open(string name, bool isWritable)
    {
        using var operation = disk.Begin(life);
        return new OpenFile(disk, life, Find(name));
    }

    public IStorageFile Create(string name)
    {
        using var operation = disk.Begin(life);
        var file = new CrashingFile();
        disk.Change((name, file));
        return new OpenFile(disk, life, file);
    }

    public void Rename(string from, string to)
    {
        using var operation = disk.Begin(life);
        disk.Change((from, null), (to, Find(from)));
    }

    public void Delete(string name)
    {
        using var operation = disk.Begin(life);
        disk.Change((name, null));
    }

    public void FlushNames()
    {
        using var operation = disk.Begin(life);
        disk.FlushNames();
    }

    private CrashingFile Find(string name) => disk.Find(name) ?? throw new FileNotFoundException("There is no such file.", name);

    private sealed class OpenFile(CrashingDisk disk, int life, CrashingFile file) : IStorageFile
    {
        public long Length
        {
            get
            {
                using var operation = disk.Begin(life);
                return file.Length;
            }
        }

        public int Read(Span<byte> buffer, long offset)
        {
            using var operation = disk.Begin(life);
            return file.Read(buffer, offset);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            using var operation = disk.Begin(life);
            file.Write(bytes, offset);
        }

        public void Allocate(long length)
        {
            using var operation = disk.Begin(life);
            if (length > file.Length)
            {
                disk.Grow(file, length);
            }
        }

        public void Truncate(long length)
        {
            using var operation = disk.Begin(life);
            file.SetLength(length);
        }

        public void Flush()
        {
            disk.PrepareFlush();
            using var operation = disk.Begin(life);
            disk.Flush(file);
        }

        public void Dispose()
        {
        }
    }
}
