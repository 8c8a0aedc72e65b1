using Microsoft.Extensions.Logging;

namespace EventWatcher.Docker.Tests;

/// <summary>Hands each line of a watcher's log to a test, which tells it when it fails.</summary>
internal sealed class StoryLogger(Action<string> tell) : ILogger<DockerWatcher>
{
    private const int StreamStands = 150;
    private const int StreamEnded = 151;
    private const int Interrupted = 152;
    private const int StillInterrupted = 153;

    /// <summary>Whether the last that was said of the stream is that it stands.</summary>
    public bool IsStanding { get; private set; }

    public int StandsCount { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        IsStanding = eventId.Id switch
        {
            StreamStands => true,
            StreamEnded or Interrupted or StillInterrupted => false,
            _ => IsStanding,
        };
        StandsCount += eventId.Id == StreamStands ? 1 : 0;
        tell(exception is null ? formatter(state, exception) : $"{formatter(state, exception)} [{exception.GetType().Name}: {exception.Message}]");
    }
}
