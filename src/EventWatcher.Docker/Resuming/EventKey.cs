using System.Runtime.InteropServices;

namespace EventWatcher.Docker;

/// <summary>By what an event is recognised when the engine sends it again.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EventKey(long TimeNanoseconds, string Action, string ActorId)
{
    /// <summary>Without a time, which no engine of today leaves out, an event can't be told from another like it.</summary>
    public bool HasTime => TimeNanoseconds != 0;

    public static EventKey Of(DockerEvent item) => new(item.TimeNanoseconds, item.Action, item.ActorId);

    public bool Equals(EventKey other) =>
        TimeNanoseconds == other.TimeNanoseconds &&
        string.Equals(ActorId, other.ActorId, StringComparison.Ordinal) &&
        string.Equals(Action, other.Action, StringComparison.Ordinal);

    // The time to the nanosecond tells nearly all of them apart.
    public override int GetHashCode() => TimeNanoseconds.GetHashCode();
}
