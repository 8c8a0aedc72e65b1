using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Benchmarks;

/// <summary>The reference: a write and a flush of the same bytes to a file that was filled with zeros, from its begin to its end and again, and nothing else.</summary>
internal sealed partial class BareDisk : IDisposable
{
    /// <summary>The length of a file that stays hot wherever blocks are cached below us, which no log can: a megabyte.</summary>
    public const int HotLength = 1024 * 1024;

    private readonly SafeFileHandle _file;
    private readonly byte[] _bytes;
    private readonly long _length;
    private long _offset;

    /// <summary>Makes the file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="bytes">How much is written at once.</param>
    /// <param name="length">How long it is: <see cref="HotLength"/>, or as long as a segment, and so written as a log is.</param>
    public BareDisk(string path, int bytes, long length)
    {
        _bytes = new byte[bytes];
        Array.Fill(_bytes, (byte)7);
        _length = length;
        _file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        var zeros = new byte[HotLength];
        for (long offset = 0; offset < _length; offset += zeros.Length)
        {
            RandomAccess.Write(_file, zeros, offset);
        }

        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>Writes and flushes for so long.</summary>
    /// <returns>How often a second.</returns>
    public double Measure(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            WriteAndFlush();
            count++;
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public void WriteAndFlush()
    {
        if (_offset + _bytes.Length > _length)
        {
            _offset = 0;
        }

        RandomAccess.Write(_file, _bytes, _offset);
        _offset += _bytes.Length;
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(_file);
        }
        else if (DataSync(_file) != 0)
        {
            throw new BenchmarkException("The disk could not be flushed.");
        }
    }

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DataSync(SafeFileHandle file);
}
