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

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
