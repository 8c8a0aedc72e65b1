using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>A name in a directory, which stays the same when a directory above it is renamed.</summary>
/// <param name="Directory">The directory's row.</param>
/// <param name="Generation">Which of the row's directories, since rows are used again.</param>
/// <param name="Name">The entry's name.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TreeKey(int Directory, ushort Generation, string Name);
