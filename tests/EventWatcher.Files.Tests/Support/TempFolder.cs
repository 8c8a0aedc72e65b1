namespace EventWatcher.Files.Tests;

/// <summary>A private folder that is removed with everything in it.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder(string? under = null)
    {
        Path = System.IO.Path.Combine(under ?? System.IO.Path.GetTempPath(), "ewf-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        var path = this[name];
        File.WriteAllText(path, content);
        return path;
    }

    public string MakeDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose() => Shell.Run($"rm -rf '{Path}'");
}
