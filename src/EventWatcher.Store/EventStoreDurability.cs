namespace EventWatcher.Store;

/// <summary>When a <see cref="FileEventStore"/> says that an event is stored.</summary>
public enum EventStoreDurability
{
    /// <summary>When it is on the disk: it survives a crash of the process, of the system, and a power loss.</summary>
    Flush = 0,

    /// <summary>When the operating system has it: it survives a crash of the process. All is flushed every <see cref="FileEventStoreOptions.FlushInterval"/>; a power loss takes at most what was stored since.</summary>
    Periodic = 1,

    /// <summary>When the operating system has it, which flushes when it likes, and at the latest when a segment is full or the store is closed.</summary>
    OperatingSystem = 2,
}
