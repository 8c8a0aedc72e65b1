using System.Text.Json.Serialization;

namespace EventWatcher;

/// <summary>The kind of source an event comes from: <c>docker</c>, <c>file</c>, <c>proxmox</c>, or a word of one's own.</summary>
/// <remarks>Compared ordinally. The default value is the empty word.</remarks>
[JsonConverter(typeof(EventTypeJsonConverter))]
public readonly record struct EventType
{
    private readonly string? _value;

    /// <summary>Initializes a type.</summary>
    /// <param name="value">The word that names it, in lower case by custom.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or white space.</exception>
    public EventType(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value;
    }

    /// <summary>Gets the type of events of a Docker or Podman engine.</summary>
    public static EventType Docker { get; } = new("docker");

    /// <summary>Gets the type of events of files and directories.</summary>
    public static EventType File { get; } = new("file");

    /// <summary>Gets the type of events of a Proxmox VE cluster.</summary>
    public static EventType Proxmox { get; } = new("proxmox");

    /// <summary>Gets the word; never null.</summary>
    public string Value => _value ?? "";

    /// <inheritdoc/>
    public bool Equals(EventType other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    /// <summary>Returns the word.</summary>
    /// <returns>The same as <see cref="Value"/>.</returns>
    public override string ToString() => Value;
}
