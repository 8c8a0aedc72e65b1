using System.Runtime.InteropServices;

namespace EventWatcher.Idle;

/// <summary>One cell of the table: the state that follows, and what is to be done.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LifecycleStep(LifecycleState Next, LifecycleActions Actions);
