using System.Runtime.InteropServices;

namespace EventWatcher.IntegrationTests;

/// <summary>The system calls that .NET has no name for.</summary>
internal static partial class Posix
{
    public const int SigInt = 2;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;
    public const int SigKill = 9;

    private const int MountDetach = 2;

    /// <summary>Sends a signal; a process that is gone already is as good as told.</summary>
    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    /// <summary>Unmounts now for everyone who looks, and in fact when the last user has gone.</summary>
    public static bool UnmountLazily(string path) => Unmount(path, MountDetach) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmount(string path, int flags);
}
