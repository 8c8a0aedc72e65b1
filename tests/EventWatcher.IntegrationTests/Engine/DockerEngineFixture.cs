namespace EventWatcher.IntegrationTests;

/// <summary>One engine for all tests of the collection. A test leaves it running, with its own containers removed.</summary>
public class DockerEngineFixture : IAsyncLifetime
{
    private DockerEngineHost? _host;

    public DockerEngineHost Host => _host ?? throw new InvalidOperationException("The fixture has not been initialized.");

    /// <summary>Which engine, and what to expect of it.</summary>
    public virtual EngineTraits Traits => EngineTraits.Docker;

    public EngineControl Control => Host.Control;

    public async Task InitializeAsync() => _host = await DockerEngineHost.OpenAsync(Traits);

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    /// <summary>First line of every test, which is then a <c>[SkippableFact]</c>.</summary>
    public void SkipUnlessAvailable() => Skip.IfNot(Host.Available, $"There is no engine. {Host.Reason}");

    /// <summary>First line of a test that kills, stops or suspends the engine.</summary>
    public void SkipUnlessPrivate() => Skip.IfNot(Host.IsPrivate, $"There is no engine of our own. {Host.Reason}");
}
