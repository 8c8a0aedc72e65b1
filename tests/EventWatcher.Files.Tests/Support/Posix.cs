using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EventWatcher.Files.Tests;

/// <summary>What the framework does not offer.</summary>
internal static partial class Posix
{
    private const int CurrentDirectory = -100;
    private const uint ExchangeFlag = 2;

    public static void Exchange(string one, string other)
    {
        if (Rename(CurrentDirectory, one, CurrentDirectory, other, ExchangeFlag) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Gives the size of the file that a path, also by links, leads to; null where it leads to none.</summary>
    public static long? SizeOfFile(string path)
    {
        try
        {
            // Not by the framework's own resolving, which leaves out what the kernel does at circles and climbing links.
            using var file = File.OpenHandle(path, options: FileOptions.None, share: FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.GetLength(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
