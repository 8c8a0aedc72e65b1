using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EventWatcher.IntegrationTests;

/// <summary>What a house's manager and listeners say, for the output of a test that fails.</summary>
internal sealed class HouseLog
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<string> _lines = new();

    public ILogger<T> For<T>() => new Logger<T>(this);

    public void Add(string line) => _lines.Enqueue($"{Stopwatch.GetElapsedTime(_begin).TotalMilliseconds,9:0.0} ms {line}");

    public override string ToString() => string.Join('\n', _lines);

    private sealed class Logger<T>(HouseLog log) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add($"{typeof(T).Name} {logLevel}: {formatter(state, exception)} {exception?.Message}");
    }
}
