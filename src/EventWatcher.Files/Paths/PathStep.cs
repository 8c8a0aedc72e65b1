using System.Text;

namespace EventWatcher.Files;

/// <summary>A directory on which it depends what a path leads to.</summary>
internal sealed class PathStep
{
    private readonly byte[]? _name;

    public PathStep(string directory, string? name, PathStepKind kind)
    {
        Directory = directory;
        Name = name;
        Kind = kind;
        _name = name is null ? null : PathBytes.ToBytes(name, []).ToArray()[..^1];
    }

    public string Directory { get; }

    /// <summary>Gets the entry that matters; null where the directory itself does.</summary>
    public string? Name { get; }

    public PathStepKind Kind { get; }

    /// <summary>Gets or sets the watch; zero or negative where there is none.</summary>
    public int Watch { get; set; }

    public bool IsNamed(ReadOnlySpan<byte> name) => _name is not null && name.SequenceEqual(_name);

    public FileSignals Signals => Kind switch
    {
        PathStepKind.Target => FileSignals.Contents | FileSignals.OnlyDirectory,
        PathStepKind.Entry => FileSignals.Entries | FileSignals.DeleteSelf | FileSignals.MoveSelf | FileSignals.OnlyDirectory,
        PathStepKind.Inode => FileSignals.Modify | FileSignals.CloseWrite | FileSignals.Attrib | FileSignals.DeleteSelf | FileSignals.MoveSelf,
        _ => FileSignals.DeleteSelf | FileSignals.MoveSelf | FileSignals.OnlyDirectory | FileSignals.DontFollow,
    };

    public bool IsSame(PathStep other) =>
        Kind == other.Kind
        && string.Equals(Directory, other.Directory, StringComparison.Ordinal)
        && string.Equals(Name, other.Name, StringComparison.Ordinal);

    public override string ToString() => new StringBuilder(Directory).Append(' ').Append(Name).Append(' ').Append(Kind).ToString();
}
