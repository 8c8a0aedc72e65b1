using System.Globalization;

namespace EventWatcher.Files;

/// <summary>The kernel's limits on notification.</summary>
internal static class KernelLimits
{
    /// <summary>Reads a limit; 0 where it can't be read.</summary>
    public static long Read(string limit)
    {
        try
        {
            return long.Parse(File.ReadAllText("/proc/sys/fs/inotify/" + limit), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
