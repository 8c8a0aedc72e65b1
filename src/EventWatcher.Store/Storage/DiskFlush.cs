using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Store;

/// <summary>The calls that return when bytes are on the disk and not only in a cache.</summary>
internal static partial class DiskFlush
{
    private const int Interrupted = 4;
    private const int MacFullFlush = 51;
    private const int OpenReadOnly = 0;

    /// <summary>Flushes a file's bytes, and its length; not its times.</summary>
    /// <exception cref="IOException">It failed. What is on the disk is not known, and asking again would not tell.</exception>
    public static void File(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            Call(handle, static handle => DataSync(handle));
        }
        else if (OperatingSystem.IsMacOS())
        {
            // fsync leaves the bytes in the drive's cache there.
            Call(handle, static handle => Control(handle, MacFullFlush));
        }
        else
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>Flushes a directory's names.</summary>
    /// <exception cref="IOException">It failed.</exception>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NTFS writes names to its journal in order, and has no call for a directory.
            return;
        }

        using var handle = Open(path, OpenReadOnly);
        if (handle.IsInvalid)
        {
            throw Failure($"{path} can't be opened to flush it");
        }

        Call(handle, static handle => Sync(handle));
    }

    private static void Call(SafeFileHandle handle, Func<SafeFileHandle, int> call)
    {
        while (call(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("a flush failed");
            }
        }
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
