using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using EventWatcher.Docker;

namespace EventWatcher.Benchmarks;

/// <summary>Ways to read so many events of a server; each gives its last event to <see cref="_last"/>, so that no work is for nothing.</summary>
internal static class EventReaders
{
    private static object? _last;

    /// <summary>This library's client: what DockerWatcher reads from.</summary>
    public static async Task ReadWithEngineAsync(int port, int count)
    {
        await using var engine = new DockerEngine(new DockerEngineOptions { Endpoint = $"tcp://127.0.0.1:{port}" });
        await using var stream = await engine.OpenEventsAsync(new DockerEventsRequest());
        for (var i = 0; i < count; i++)
        {
            _last = await stream.ReadAsync() ?? throw new BenchmarkException("The events ended before their time.");
        }
    }

    /// <summary>JsonDocument for each line, over a pipe reader.</summary>
    public static Task ReadWithJsonDocumentAsync(int port, int count) => ReadLinesAsync(port, count, line =>
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var actor = root.GetProperty("Actor");
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in actor.GetProperty("Attributes").EnumerateObject())
        {
            attributes[attribute.Name] = attribute.Value.GetString() ?? "";
        }

        _last = new NewtonsoftMessage
        {
            Type = root.GetProperty("Type").GetString(),
            Action = root.GetProperty("Action").GetString(),
            Actor = new NewtonsoftActor { ID = actor.GetProperty("ID").GetString(), Attributes = attributes },
            TimeNano = root.GetProperty("timeNano").GetInt64(),
        };
    });

    /// <summary>Newtonsoft.Json into classes and dictionaries, line by line, as a client that is generated from the API's description does.</summary>
    public static async Task ReadWithNewtonsoftAsync(int port, int count)
    {
        var serializer = Newtonsoft.Json.JsonSerializer.CreateDefault();
        await using var body = await OpenAsync(port);
        using var lines = new StreamReader(body, bufferSize: 64 << 10);
        for (var i = 0; i < count; i++)
        {
            var line = await lines.ReadLineAsync() ?? throw new BenchmarkException("The events ended before their time.");
            using var text = new StringReader(line);
            using var reader = new Newtonsoft.Json.JsonTextReader(text);
            _last = serializer.Deserialize<NewtonsoftMessage>(reader);
        }
    }

    /// <summary>No decoding at all: as fast as lines can come.</summary>
    public static Task ReadOnlyLinesAsync(int port, int count) => ReadLinesAsync(port, count, static _ => { });

    private static async Task ReadLinesAsync(int port, int count, Action<ReadOnlySequence<byte>> decode)
    {
        await using var body = await OpenAsync(port);
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        var seen = 0;
        while (seen < count)
        {
            var result = await reader.ReadAsync();
            var buffer = result.Buffer;
            while (seen < count && buffer.PositionOf((byte)'\n') is { } end)
            {
                decode(buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                seen++;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted && seen < count)
            {
                throw new BenchmarkException("The events ended before their time.");
            }
        }

        await reader.CompleteAsync();
    }

    private static async Task<Stream> OpenAsync(int port)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 };
        using var client = new HttpMessageInvoker(handler, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/v1.41/events");
        var response = await client.SendAsync(request, CancellationToken.None);
        return await response.Content.ReadAsStreamAsync();
    }
}
