using System.Runtime.InteropServices;

namespace EventWatcher.TestKit;

/// <summary>What became of a request: its answer, null for none at all; and whether it is cut half-way.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FakeProxmoxHandled(FakeProxmoxReply? Reply, bool IsCut);
