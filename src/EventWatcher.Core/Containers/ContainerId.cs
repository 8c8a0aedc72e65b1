using System.Text.Json.Serialization;

namespace EventWatcher;

/// <summary>Names one container or guest to its <see cref="IContainerProvider"/>.</summary>
/// <remarks>
/// What counts as an id is the provider's affair: a full or short id or a name for Docker, <c>lxc/101</c> for Proxmox.
/// Compared ordinally; the default value is empty and names nothing.
/// </remarks>
public readonly record struct ContainerId
{
    private readonly string? _value;

    /// <summary>Initializes an id.</summary>
    /// <param name="value">The id or name.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or white space.</exception>
    [JsonConstructor]
    public ContainerId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value;
    }

    /// <summary>Gets the id or name; never null.</summary>
    public string Value => _value ?? "";

    /// <inheritdoc/>
    public bool Equals(ContainerId other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    /// <summary>Returns the id.</summary>
    /// <returns>The same as <see cref="Value"/>.</returns>
    public override string ToString() => Value;
}
