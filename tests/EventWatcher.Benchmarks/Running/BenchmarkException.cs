namespace EventWatcher.Benchmarks;

/// <summary>What is to be measured can't be, and the message says why.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
