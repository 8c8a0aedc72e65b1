namespace EventWatcher.IntegrationTests;

/// <summary>One container event as the engine told it: the action word unchanged, the time in nanoseconds since 1970.</summary>
public sealed record RecordedEvent(string Action, string Id, long TimeNano, IReadOnlyDictionary<string, string> Attributes)
{
    public override string ToString() => $"{Action} {Id[..Math.Min(12, Id.Length)]} {TimeNano}";
}
