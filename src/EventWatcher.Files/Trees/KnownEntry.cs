using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>A file as it was last reported.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KnownEntry(string Name, FileStamp Stamp);
