using System.Runtime.InteropServices;

namespace EventWatcher.Proxmox;

/// <summary>A guest whose state is to be confirmed, and the node that is asked.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Suspicion(GuestId Id, string Node);
