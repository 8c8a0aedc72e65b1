namespace EventWatcher.Benchmarks;

/// <summary>A measuring command of its own, for what BenchmarkDotNet has no form for.</summary>
internal sealed record Command(string Name, string Usage, string Purpose, Func<CommandArguments, Task> RunAsync)
{
    /// <summary>Not for people: another command starts it in a process of its own.</summary>
    public bool IsHidden { get; init; }
}
