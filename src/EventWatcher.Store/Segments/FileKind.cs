namespace EventWatcher.Store;

/// <summary>What a file's frames hold.</summary>
internal enum FileKind
{
    Events = 1,
    Checkpoints = 2,
}
