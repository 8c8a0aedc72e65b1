using System.Diagnostics;
using System.Formats.Tar;

namespace EventWatcher.IntegrationTests;

/// <summary>An image with this machine's perl, for what busybox has no server for: datagrams.</summary>
internal static class PerlImage
{
    public const string Name = "eventwatcher/perl";
    private const string Program = "/usr/bin/perl";

    /// <summary>Every Debian and Ubuntu has it.</summary>
    public static bool IsThere => File.Exists(Program);

    /// <summary>Sends back what comes, to whoever sent it.</summary>
    public static IReadOnlyList<string> EchoOn(int port) =>
    [
        Program, "-e",
        $"socket(S, 2, 2, 0) or die $!; bind(S, pack('S n N x8', 2, {port}, 0x7f000001)) or die $!; while (defined($from = recv(S, $data, 65535, 0))) {{ send(S, $data, 0, $from) }}",
    ];

    public static async Task<byte[]> CreateTarAsync()
    {
        const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var file in (await LibrariesAsync()).Prepend(Program))
            {
                // Links are followed: what is loaded is found under the name that is asked for.
                await using var content = File.OpenRead(file);
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, file.TrimStart('/')) { Mode = Executable, DataStream = content });
            }
        }

        return tar.ToArray();
    }

    private static async Task<IReadOnlyList<string>> LibrariesAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("ldd", Program) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var words = (await process.StandardOutput.ReadToEndAsync()).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        return [.. words.Where(static word => word.StartsWith('/')).Distinct(StringComparer.Ordinal)];
    }
}
