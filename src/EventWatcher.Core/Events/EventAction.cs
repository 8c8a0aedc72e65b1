using System.Text.Json.Serialization;

namespace EventWatcher;

/// <summary>What happened, one bit an action, so that several can be asked for at once.</summary>
/// <remarks>
/// Every action has a bit of its own: container actions and <see cref="ForceReload"/> keep the values GoDoxy
/// documents, file actions follow at bit 12 (there they collide with the container actions). Bits 32 to 63 are an
/// application's own: <see cref="EventActions.Custom(int)"/>. Words and groups are in <see cref="EventActions"/>.
/// The JSON form is the words of <see cref="EventActions.ToName(EventAction)"/>.
/// </remarks>
[Flags]
[JsonConverter(typeof(EventActionJsonConverter))]
public enum EventAction : ulong
{
    /// <summary>No action.</summary>
    None = 0,

    /// <summary>A container was created.</summary>
    ContainerCreate = 1UL << 0,

    /// <summary>A container's process was started.</summary>
    ContainerStart = 1UL << 1,

    /// <summary>A paused container goes on.</summary>
    ContainerUnpause = 1UL << 2,

    /// <summary>
    /// A signal was sent to a container. It is a stop only where the signal ends the container: see the attribute
    /// <c>signal</c>, and decide on <see cref="ContainerDie"/>.
    /// </summary>
    ContainerKill = 1UL << 3,

    /// <summary>A container was stopped by request.</summary>
    ContainerStop = 1UL << 4,

    /// <summary>A container was paused.</summary>
    ContainerPause = 1UL << 5,

    /// <summary>A container's process ended, for whatever reason.</summary>
    ContainerDie = 1UL << 6,

    /// <summary>A container was removed.</summary>
    ContainerDestroy = 1UL << 7,

    /// <summary>
    /// Something may have been missed: read the true state anew. Never dropped, never coalesced with other actions.
    /// </summary>
    ForceReload = 1UL << 10,

    /// <summary>A file's content changed.</summary>
    FileWritten = 1UL << 12,

    /// <summary>A file or directory appeared.</summary>
    FileCreated = 1UL << 13,

    /// <summary>A file or directory is gone.</summary>
    FileDeleted = 1UL << 14,

    /// <summary>A file or directory has another name.</summary>
    FileRenamed = 1UL << 15,

    /// <summary>A container was restarted by request; its kill, die, stop and start come too, before it.</summary>
    ContainerRestart = 1UL << 16,

    /// <summary>A container has another name.</summary>
    ContainerRename = 1UL << 17,

    /// <summary>The kernel killed a process of a container for want of memory.</summary>
    ContainerOom = 1UL << 18,

    /// <summary>A container's health check passes again.</summary>
    ContainerHealthy = 1UL << 19,

    /// <summary>A container's health check fails.</summary>
    ContainerUnhealthy = 1UL << 20,

    /// <summary>A container's configuration (limits, restart policy) was changed.</summary>
    ContainerUpdate = 1UL << 21,

    /// <summary>The group of actions after which a container runs or will: create, start, unpause.</summary>
    ContainerStartMask = ContainerCreate | ContainerStart | ContainerUnpause,

    /// <summary>The group of actions that end a container: kill, stop, die. See <see cref="ContainerKill"/>.</summary>
    ContainerStopMask = ContainerKill | ContainerStop | ContainerDie,

    /// <summary>The group of one: pause.</summary>
    ContainerPauseMask = ContainerPause,

    /// <summary>Every container action.</summary>
    ContainerMask = ContainerStartMask | ContainerStopMask | ContainerPauseMask | ContainerDestroy | ContainerRestart |
        ContainerRename | ContainerOom | ContainerHealthy | ContainerUnhealthy | ContainerUpdate,

    /// <summary>Every file action.</summary>
    FileMask = FileWritten | FileCreated | FileDeleted | FileRenamed,
}
