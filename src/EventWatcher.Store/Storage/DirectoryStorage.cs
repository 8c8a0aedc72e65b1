using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Store;

/// <summary>The files of a store in a directory of the file system.</summary>
internal sealed class DirectoryStorage(string directory) : IStorage
{
    public string Name { get; } = Path.GetFullPath(directory);

    /// <summary>Makes the directory where it is missing, durably, with those above it.</summary>
    public void EnsureExists()
    {
        var missing = new Stack<string>();
        for (var path = Name; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Push(path);
        }

        foreach (var path in missing)
        {
            _ = Directory.CreateDirectory(path);
            if (Path.GetDirectoryName(path) is { } parent)
            {
                DiskFlush.Directory(parent);
            }
        }
    }

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Name).Select(static path => Path.GetFileName(path))];

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "What is returned owns it.")]
    public IStorageFile Open(string name, bool isWritable) => new DiskFile(File.OpenHandle(
        Path.Combine(Name, name),
        FileMode.Open,
        isWritable ? FileAccess.ReadWrite : FileAccess.Read,
        FileShare.ReadWrite | FileShare.Delete));

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "What is returned owns it.")]
    public IStorageFile Create(string name) => new DiskFile(File.OpenHandle(
        Path.Combine(Name, name), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public void Rename(string from, string to) => File.Move(Path.Combine(Name, from), Path.Combine(Name, to), overwrite: true);

    public void Delete(string name) => File.Delete(Path.Combine(Name, name));

    public void FlushNames() => DiskFlush.Directory(Name);
}
