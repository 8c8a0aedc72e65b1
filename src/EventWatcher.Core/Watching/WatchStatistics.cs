using System.Runtime.InteropServices;

namespace EventWatcher;

/// <summary>What a subscription has done so far.</summary>
/// <param name="Emitted">Events the watcher emitted.</param>
/// <param name="Dropped">Those of them that became part of a <see cref="EventAction.ForceReload"/> because the consumer was slow.</param>
/// <param name="Pending">Events that wait to be read.</param>
/// <param name="ErrorsDropped">Errors that gave way to newer ones because nobody read them.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WatchStatistics(long Emitted, long Dropped, int Pending, long ErrorsDropped);
