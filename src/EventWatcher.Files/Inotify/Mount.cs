using System.Text;

namespace EventWatcher.Files;

/// <summary>A line of the kernel's mount table.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Root">What of the file system is mounted: <c>/</c> for all of it.</param>
/// <param name="Path">Where.</param>
/// <param name="FileSystem">The type of the file system.</param>
internal sealed record Mount(string Id, string Root, string Path, string FileSystem)
{
    /// <summary>Reads a line; null where it has no such form.</summary>
    public static Mount? Parse(string line)
    {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
        var fields = line.Split(' ');
        var end = Array.IndexOf(fields, "-");
        return end >= 6 && end + 1 < fields.Length ? new Mount(fields[0], Unescape(fields[3]), Unescape(fields[4]), fields[end + 1]) : null;
    }

    /// <summary>Space, tab, newline and backslash are written as octal numbers.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)(((field[i + 1] - '0') * 64) + ((field[i + 2] - '0') * 8) + (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}
