namespace EventWatcher.Store.Tests;

/// <summary>The machine is off: whatever a process still tries does nothing.</summary>
internal sealed class PowerCutException() : IOException("the power is off");
