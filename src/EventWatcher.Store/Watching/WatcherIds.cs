namespace EventWatcher.Store;

/// <summary>What every store asks of a watcher's id.</summary>
internal static class WatcherIds
{
    /// <summary>How long an id may be, in characters.</summary>
    public const int MaxLength = 255;

    public const string Allowed = "1 to 255 characters, not only white space, none of them a control character or half of a surrogate pair";

    public static bool IsValid(string? watcherId) =>
        !string.IsNullOrWhiteSpace(watcherId) && watcherId.Length <= MaxLength && !watcherId.Any(char.IsControl) && Utf16.IsWhole(watcherId);

    /// <summary>Refuses an id that is none.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or has characters that are not allowed.</exception>
    public static void ThrowIfInvalid(string? watcherId)
    {
        ArgumentNullException.ThrowIfNull(watcherId);
        if (!IsValid(watcherId))
        {
            throw new ArgumentException($"The watcher id is not one; allowed: {Allowed}.", nameof(watcherId));
        }
    }
}
