using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Store;

/// <summary>Room on the disk, taken before it is needed.</summary>
internal static partial class DiskAllocation
{
    private const int Interrupted = 4;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int FileTooLarge = 27;

    /// <summary>Takes room on the disk; the bytes read as zeros.</summary>
    /// <returns>False where the system or the file system has no call for it.</returns>
    /// <exception cref="IOException">There is no room.</exception>
    public static bool TryAllocate(SafeFileHandle handle, long offset, long count)
    {
        // On 32 bits the call of this name takes lengths of 32 bits.
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return false;
        }

        int error;
        do
        {
            error = Allocate(handle, offset, count);
        }
        while (error == Interrupted);

        return error switch
        {
            0 => true,
            NoSpace or QuotaExceeded or FileTooLarge => throw new IOException(Marshal.GetPInvokeErrorMessage(error), error),
            _ => false,
        };
    }

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    private static partial int Allocate(SafeFileHandle handle, long offset, long count);
}
