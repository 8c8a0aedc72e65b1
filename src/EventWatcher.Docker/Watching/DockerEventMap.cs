using System.Collections.Frozen;

namespace EventWatcher.Docker;

/// <summary>Which <see cref="EventAction"/> an engine's word for an action is.</summary>
/// <remarks>
/// The seven of GoDoxy's map and their kin; Podman's <c>died</c> and <c>remove</c> are <c>die</c> and <c>destroy</c>.
/// What is not here (exec, attach, resize, …) is no event of this library: ignored and counted.
/// </remarks>
public static class DockerEventMap
{
    private static readonly FrozenDictionary<string, EventAction> Actions = new Dictionary<string, EventAction>(StringComparer.Ordinal)
    {
        ["create"] = EventAction.ContainerCreate,
        ["start"] = EventAction.ContainerStart,
        ["unpause"] = EventAction.ContainerUnpause,
        ["kill"] = EventAction.ContainerKill,
        ["stop"] = EventAction.ContainerStop,
        ["pause"] = EventAction.ContainerPause,
        ["die"] = EventAction.ContainerDie,
        ["died"] = EventAction.ContainerDie,
        ["destroy"] = EventAction.ContainerDestroy,
        ["remove"] = EventAction.ContainerDestroy,
        ["restart"] = EventAction.ContainerRestart,
        ["rename"] = EventAction.ContainerRename,
        ["oom"] = EventAction.ContainerOom,
        ["update"] = EventAction.ContainerUpdate,
        ["health_status: healthy"] = EventAction.ContainerHealthy,
        ["health_status: unhealthy"] = EventAction.ContainerUnhealthy,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Finds the action of an engine's word.</summary>
    /// <param name="action">The word as it was sent, such as <c>start</c> or <c>health_status: healthy</c>.</param>
    /// <param name="result">The action; <see cref="EventAction.None"/> where false is returned.</param>
    /// <returns>False where there is none.</returns>
    public static bool TryGet(string action, out EventAction result)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (Actions.TryGetValue(action, out result))
        {
            return true;
        }

        // Words such as "exec_create: sh" are cut at the colon.
        var colon = action.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Actions.TryGetValue(action[..colon], out result);
    }

    /// <summary>Makes an event of what the engine sent.</summary>
    /// <returns>Null where the action is none of this library's.</returns>
    internal static Event? ToEvent(DockerEvent item, string source) => !IsContainer(item) || !TryGet(Word(item), out var action) ? null : new Event
    {
        Type = EventType.Docker,
        Action = action,
        ActorId = item.ActorId,
        ActorName = item.Attributes.TryGetValue("name", out var name) ? name : "",
        ActorAttributes = item.Attributes,

        // Without a time of its own an event gets the time at which it is emitted.
        Timestamp = item.TimeNanoseconds == 0 ? default : item.Time,
        Source = source,
    };

    /// <summary>What is asked for, but not what everything between here and the engine need heed: networks are created, too.</summary>
    private static bool IsContainer(DockerEvent item) => string.Equals(item.Type, "container", StringComparison.Ordinal);

    /// <summary>The action in Docker's words, whatever engine sent it.</summary>
    internal static string Word(DockerEvent item) => item.Action switch
    {
        "died" => "die",
        "remove" => "destroy",

        // Podman says it in an attribute.
        "health_status" when item.Attributes.TryGetValue("health_status", out var health) => $"health_status: {health}",
        var other => other,
    };
}
