namespace EventWatcher.Store;

/// <summary>An <see cref="EventFilter"/> made ready for a scan. Safe from any thread.</summary>
internal sealed class FilterMatcher
{
    private readonly HashSet<string>? _objectTypes;
    private readonly HashSet<StoreOperation>? _operations;

    public FilterMatcher(EventFilter filter)
    {
        _objectTypes = filter.ObjectTypes.Count > 0 ? new HashSet<string>(filter.ObjectTypes, StringComparer.Ordinal) : null;
        _operations = filter.Operations.Count > 0 ? [.. filter.Operations] : null;
    }

    /// <summary>Gets a value indicating whether everything matches.</summary>
    public bool IsAll => _objectTypes is null && _operations is null;

    public bool Matches(StoreOperation operation, string objectType) =>
        _objectTypes?.Contains(objectType) != false && _operations?.Contains(operation) != false;
}
