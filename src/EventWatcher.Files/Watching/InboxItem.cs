using System.Runtime.InteropServices;

namespace EventWatcher.Files;

/// <summary>Something a watcher's loop is to work on, in the order in which it happened.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InboxItem(InboxKind Kind, object? Subject, int Watch, int Token, FileSignals Signals, uint Cookie, string? Name);
