using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Store;

/// <summary>
/// Writes that go from memory to the disk and not by way of the system's cache, where a flush would have to look for
/// them. For whole pages only.
/// </summary>
internal static partial class DirectWriting
{
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int InvalidArgument = 22;

    // Linux gives the flag another value on other processors.
    private static readonly int Flag = !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 0x4000,
        Architecture.Arm64 => 0x10000,
        _ => 0,
    };

    /// <summary>Writes whole pages. Nobody else uses the handle meanwhile.</summary>
    /// <returns>False where these are none, or where the system or the file system can't; nothing is written then.</returns>
    /// <exception cref="IOException">It failed.</exception>
    public static unsafe bool TryWrite(SafeFileHandle handle, ReadOnlySpan<byte> bytes, long offset)
    {
        if (bytes.Length < FrameBuffer.Large || Flag == 0)
        {
            return false;
        }

        fixed (byte* start = bytes)
        {
            if ((((nint)start | bytes.Length | (nint)offset) & (FrameBuffer.Page - 1)) != 0
                || Control(handle, GetFlags, 0) is not (>= 0 and var flags)
                || Control(handle, SetFlags, flags | Flag) != 0)
            {
                return false;
            }

            try
            {
                RandomAccess.Write(handle, bytes, offset);
                return true;
            }
            catch (IOException refused) when (refused.HResult == InvalidArgument)
            {
                // The disk's pages are larger, say.
                return false;
            }
            finally
            {
                _ = Control(handle, SetFlags, flags);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle handle, int command, int argument);
}
