namespace EventWatcher.Files.Tests;

/// <summary>Publishes files as a kubelet does: into a dated directory, to which the hidden link <c>..data</c> is swapped.</summary>
internal static class ConfigMap
{
    public static void Publish(string folder, int version, params (string Name, string Content)[] files)
    {
        var dated = Path.Combine(folder, "..2026_" + version);
        Directory.CreateDirectory(dated);
        foreach (var (name, content) in files)
        {
            File.WriteAllText(Path.Combine(dated, name), content);
        }

        var old = new FileInfo(Path.Combine(folder, "..data")).LinkTarget;
        Shell.Run($"ln -s ..2026_{version} ..data_tmp && mv -T ..data_tmp ..data", folder);
        foreach (var (name, _) in files)
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                File.CreateSymbolicLink(Path.Combine(folder, name), "..data/" + name);
            }
        }

        if (old is not null)
        {
            Directory.Delete(Path.Combine(folder, old), recursive: true);
        }
    }
}
