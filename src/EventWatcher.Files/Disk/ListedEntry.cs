using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>An entry of a directory as it is on disk.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ListedEntry(string Name, bool IsLink, FileStamp Stamp);
