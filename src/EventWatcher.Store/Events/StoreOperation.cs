namespace EventWatcher.Store;

/// <summary>What was done to the object that an event is about: <c>Create</c>, <c>Update</c>, <c>Delete</c>, or a word of one's own.</summary>
/// <remarks>Compared ordinally. The default value is the empty word and is refused by every store.</remarks>
public readonly record struct StoreOperation
{
    private readonly string? _value;

    /// <summary>Initializes an operation.</summary>
    /// <param name="value">The word that names it; at most 255 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or white space.</exception>
    public StoreOperation(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value;
    }

    /// <summary>Gets the operation of an object that came to be.</summary>
    public static StoreOperation Create { get; } = new("Create");

    /// <summary>Gets the operation of an object that changed.</summary>
    public static StoreOperation Update { get; } = new("Update");

    /// <summary>Gets the operation of an object that is gone.</summary>
    public static StoreOperation Delete { get; } = new("Delete");

    /// <summary>Gets the word; never null.</summary>
    public string Value => _value ?? "";

    /// <inheritdoc/>
    public bool Equals(StoreOperation other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    /// <summary>Returns the word.</summary>
    /// <returns>The same as <see cref="Value"/>.</returns>
    public override string ToString() => Value;
}
