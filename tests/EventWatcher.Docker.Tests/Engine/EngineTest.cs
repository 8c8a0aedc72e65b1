namespace EventWatcher.Docker.Tests;

/// <summary>What the tests of the engine client share: a generous deadline, and ways to make clients.</summary>
internal static class EngineTest
{
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(30);

    public static DockerEngine Client(this FakeEngine engine, Action<DockerEngineOptions>? configure = null) => Client(engine.Endpoint, configure);

    public static DockerEngine Client(string endpoint, Action<DockerEngineOptions>? configure = null)
    {
        var options = new DockerEngineOptions { Endpoint = endpoint };
        configure?.Invoke(options);
        return new DockerEngine(options);
    }

    public static async Task<List<DockerEvent>> ReadAllAsync(this IDockerEventStream stream)
    {
        var events = new List<DockerEvent>();
        while (await stream.ReadAsync().AsTask().WaitAsync(Deadline) is { } next)
        {
            events.Add(next);
        }

        return events;
    }

    public static async Task<DockerEvent> NextAsync(this IDockerEventStream stream) =>
        await stream.ReadAsync().AsTask().WaitAsync(Deadline) ?? throw new InvalidOperationException("The stream has ended.");

    public static Task<IDockerEventStream> OpenAsync(this IDockerEngine engine, long? since = null, long? until = null) =>
        engine.OpenEventsAsync(new DockerEventsRequest { SinceNanoseconds = since, UntilNanoseconds = until }).WaitAsync(Deadline);
}
