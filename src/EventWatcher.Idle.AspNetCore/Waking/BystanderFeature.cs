namespace EventWatcher.Idle.AspNetCore;

/// <summary>Among the features of a request that was let through without a lease: it must not wake what it finds asleep.</summary>
internal sealed class BystanderFeature
{
    public static BystanderFeature Instance { get; } = new();
}
