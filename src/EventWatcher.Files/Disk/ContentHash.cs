using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace EventWatcher.Files;

/// <summary>What a file says, in 32 bytes.</summary>
internal static class ContentHash
{
    /// <summary>Files beyond this size are known by size, time and inode.</summary>
    public const long LongestHashed = 16 * 1024 * 1024;

    private const int BlockSize = 64 * 1024;

    /// <summary>Hashes a file's content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hash">The hash; null where it could not be read.</param>
    /// <returns>False where it could not be read.</returns>
    public static bool TryCompute(string path, out byte[]? hash)
    {
        hash = null;
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            using var file = Open(path);
            if (file is null)
            {
                return false;
            }

            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = 0;
            while (RandomAccess.Read(file, block, offset) is > 0 and var count)
            {
                digest.AppendData(block, 0, count);
                offset += count;
                if (offset > LongestHashed * 2)
                {
                    return false;
                }
            }

            hash = digest.GetHashAndReset();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static unsafe SafeFileHandle? Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        // By bytes, since its name may be no text; and without the framework's advisory lock, which writers would meet.
        fixed (byte* pointer = PathBytes.ToBytes(path, stackalloc byte[512]))
        {
            var descriptor = DiskCalls.Open(pointer, DiskCalls.CloseOnExec | DiskCalls.OpenNonBlocking, 0);
            return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        }
    }
}
