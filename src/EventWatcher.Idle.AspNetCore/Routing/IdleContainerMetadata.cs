namespace EventWatcher.Idle.AspNetCore;

/// <summary>Which container an endpoint needs, as <c>RequireContainer</c> says it.</summary>
/// <param name="name">The name under which the container is managed.</param>
public sealed class IdleContainerMetadata(string name)
{
    /// <summary>Gets the name under which the container is managed.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override string ToString() => $"container {Name}";
}
