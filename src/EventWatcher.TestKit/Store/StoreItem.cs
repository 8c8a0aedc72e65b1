using System.Text.Json.Serialization;

namespace EventWatcher.TestKit;

/// <summary>What the conformance tests store. Not a record: two that are equal must still not be one.</summary>
internal sealed class StoreItem
{
    public int Number { get; set; }

    public string Text { get; set; } = "";

    /// <summary>Gets or sets a value indicating whether writing it fails.</summary>
    [JsonIgnore]
    public bool IsPoison { get; set; }

    public string? Poison => IsPoison ? throw new InvalidOperationException("poison") : null;
}
