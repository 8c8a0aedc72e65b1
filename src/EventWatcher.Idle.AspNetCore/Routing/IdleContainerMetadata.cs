namespace EventWatcher.Idle.AspNetCore;

/// <summary>Which container an endpoint needs, as <c>RequireContainer</c> says it.</summary>
/// <param name="name">The name under which the container is managed; empty where none is needed, whatever the host leads to.</param>
public sealed class IdleContainerMetadata(string name)
{
    /// <summary>Gets what this package's own endpoints have: they need no container.</summary>
    internal static IdleContainerMetadata None { get; } = new("");

    /// <summary>Gets the name under which the container is managed; empty where none is needed.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override string ToString() => Name is "" ? "no container" : $"container {Name}";
}
