using System.Formats.Tar;

namespace EventWatcher.IntegrationTests;

/// <summary>An image without a registry: the machine's static busybox under the names of the applets that tests use.</summary>
internal static class BusyboxImage
{
    private static readonly string[] Applets = ["sh", "sleep", "httpd", "nc", "cat", "echo", "true", "false", "mkdir", "touch"];

    private static readonly string[] Places = ["/bin/busybox", "/usr/bin/busybox"];

    /// <summary>Where busybox is, or null: Debian's package is <c>busybox-static</c>.</summary>
    public static string? Program => Places.FirstOrDefault(File.Exists);

    /// <summary>The image's file tree as a tar.</summary>
    public static async Task<byte[]> CreateTarAsync()
    {
        const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

        var program = Program ?? throw new FileNotFoundException("There is no busybox; the package is busybox-static.");
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var folder in new[] { "bin/", "tmp/", "www/" })
            {
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.Directory, folder) { Mode = Executable });
            }

            await using var content = File.OpenRead(program);
            await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = Executable, DataStream = content });
            foreach (var applet in Applets)
            {
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox", Mode = Executable });
            }
        }

        return tar.ToArray();
    }
}
