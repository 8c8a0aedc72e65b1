namespace EventWatcher.Files;

/// <summary>What is checked of all options of this package.</summary>
internal static class FilesOptionFaults
{
    public static OptionFaults Common(FilesWatcherOptions options)
    {
        var faults = new OptionFaults(options.GetType().Name);
        faults.Unless(options.Name is null || !string.IsNullOrWhiteSpace(options.Name), options.Name, "null or a word");
        faults.Unless(
            options.SettleTime >= TimeSpan.Zero && options.SettleTime <= TimeSpan.FromMinutes(1),
            options.SettleTime,
            "from zero to 00:01:00");
        faults.Unless(Enum.IsDefined(options.Polling), options.Polling, string.Join(", ", Enum.GetNames<FilePolling>()));
        faults.Unless(
            options.PollInterval >= TimeSpan.FromMilliseconds(10) && options.PollInterval <= TimeSpan.FromDays(1),
            options.PollInterval,
            "from 00:00:00.0100000 to 1.00:00:00");
        faults.Unless(options.Capacity >= 1, options.Capacity, "1 or more");
        return faults;
    }

    public static bool IsPath(string? path) => !string.IsNullOrWhiteSpace(path) && !path.Contains('\0', StringComparison.Ordinal);

    /// <summary>Gives the path in full, with slashes, and without one at its end.</summary>
    public static string Normalize(string path)
    {
        var full = Path.GetFullPath(path);
        full = OperatingSystem.IsWindows() ? full.Replace('\\', '/') : full;
        return full.Length > 1 && full.EndsWith('/') && !full.EndsWith(":/", StringComparison.Ordinal) ? full[..^1] : full;
    }
}
