namespace EventWatcher.Files;

/// <summary>File systems whose files others change without the kernel's knowing.</summary>
internal static class SilentFileSystems
{
    private static readonly HashSet<uint> Types =
    [
        0x6969, // NFS
        0xFF534D42, // CIFS
        0xFE534D42, // SMB2
        0x517B, // SMB
        0x01021997, // 9p
        0x65735546, // FUSE, virtiofs too
        0x00C36400, // Ceph
        0x5346414F, // AFS
        0x6B414653, // kAFS
        0x786F4256, // VirtualBox
        0xBACBACBC, // VMware
        0x0BD00BD0, // Lustre
        0x47504653, // GPFS
    ];

    /// <summary>Tells whether what happens at a path, or at its nearest directory that exists, may send nothing.</summary>
    public static unsafe bool Holds(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var stats = stackalloc long[64];
        Span<byte> buffer = stackalloc byte[512];
        for (var current = path; ; current = current[..Math.Max(1, current.LastIndexOf('/'))])
        {
            fixed (byte* pointer = PathBytes.ToBytes(current, buffer))
            {
                if (DiskCalls.StatFileSystem(pointer, stats) == 0)
                {
                    return Types.Contains((uint)stats[0]);
                }
            }

            if (current is "/" || !current.Contains('/', StringComparison.Ordinal))
            {
                return false;
            }
        }
    }
}
