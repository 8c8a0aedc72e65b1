namespace EventWatcher.Files;

/// <summary>When the disk is looked at by the clock.</summary>
public enum FilePolling
{
    /// <summary>
    /// Where nothing else tells of changes: file systems over a network or from a host (NFS, CIFS, 9p, FUSE and their
    /// like), and what the kernel's limits leave unwatched.
    /// </summary>
    Automatic = 0,

    /// <summary>Always, and nothing else: for file systems that only seem to tell, and for memory-mapped files.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
