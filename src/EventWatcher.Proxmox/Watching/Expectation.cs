using System.Runtime.InteropServices;

namespace EventWatcher.Proxmox;

/// <summary>What is being done to a guest by this process: on which node, what it is to become, since when, and until when that is looked for.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Expectation(string Node, GuestState Wanted, DateTimeOffset Since, DateTimeOffset Until);
