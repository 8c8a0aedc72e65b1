using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>The kernel's calls for looking at files by names that are bytes.</summary>
internal static partial class DiskCalls
{
    public const int CurrentDirectory = -100;
    public const int DontFollow = 0x100;
    public const int NoAutomount = 0x800;
    public const ulong MountRoot = 0x2000;
    public const uint BasicStats = 0x7ff;
    public const int CloseOnExec = 0x80000;
    public const int OpenNonBlocking = 0x800;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    public static int OpenDirectoryFlags => CloseOnExec | OpenNonBlocking | (IsArm ? 0x4000 : 0x10000);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static unsafe partial int Stat(int directory, byte* path, int flags, uint mask, Stats* stats);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true)]
    public static unsafe partial int StatFileSystem(byte* path, long* stats);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static unsafe partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static unsafe partial nint List(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    public static unsafe partial nint ReadLink(byte* path, byte* buffer, nint count);

    /// <summary>The head of struct statx; the kernel has the same layout on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Stats
    {
        [FieldOffset(8)]
        public ulong Attributes;

        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
