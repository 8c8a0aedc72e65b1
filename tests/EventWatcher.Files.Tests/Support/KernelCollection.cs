namespace EventWatcher.Files.Tests;

/// <summary>Tests that change the kernel's settings or count what the whole process holds: alone, one after the other.</summary>
[CollectionDefinition(nameof(KernelCollection), DisableParallelization = true)]
public sealed class KernelCollection;
