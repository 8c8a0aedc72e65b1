using System.Text.Json;

namespace EventWatcher.Sinks.Tests;

public sealed class HttpSinkConformanceTests : SinkConformanceTests<Event>, IAsyncLifetime
{
    private readonly JsonServer _server = new();
    private readonly HttpClient _client = new();

    protected override int ItemsPerWriter => 20;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    protected override ISink<Event> CreateSink() => Sink.ToHttp(_client, _server.Address);

    protected override Event CreateItem(int number) => TestEvents.Numbered(number);

    protected override async Task<IReadOnlyList<Event>> ReceiveAsync(int count)
    {
        await Eventually.TrueAsync(() => _server.Requests.Count >= count);
        return [.. _server.Requests.Select(request => JsonSerializer.Deserialize(request.Body, EventJsonContext.Default.Event)!)];
    }
}

public sealed class SubscriberSinkConformanceTests : SinkConformance
{
    protected override ISink<string> CreateSink()
    {
        var broadcaster = new Broadcaster<string>();
        var subscription = broadcaster.Subscribe(capacity: 1_000_000);
        _ = Task.Run(async () =>
        {
            await foreach (var item in subscription)
            {
                await Target.WriteAsync(item);
            }
        });
        return broadcaster;
    }
}
