using System.Buffers;
using System.Text;
using System.Text.Json;
using EventWatcher;

namespace Watch;

/// <summary>One JSON object a line, for programs.</summary>
internal sealed class JsonPrinter(TextWriter output) : IPrinter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _gate = new();
    private int _batches;

    public void Watching(string what, string where, Task ready) => _ = SayWhenReadyAsync(what, ready);

    public void Events(IReadOnlyList<Event> batch)
    {
        _batches++;
        foreach (var item in batch)
        {
            Print(json =>
            {
                json.WriteNumber("batch", _batches);
                json.WriteString("type", item.Type.Value);
                json.WriteString("action", item.Action.ToName());
                json.WriteString("actorName", item.ActorName);
                json.WriteString("actorId", item.ActorId);
                json.WriteString("source", item.Source);
                json.WriteString("timestamp", item.Timestamp);
                json.WriteStartObject("attributes");
                foreach (var (key, value) in item.ActorAttributes)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            });
        }
    }

    public void Error(Exception error) => Print(json =>
    {
        json.WriteString("error", error.Message);
        json.WriteString("source", (error as WatcherException)?.WatcherName ?? "watch");
    });

    private async Task SayWhenReadyAsync(string what, Task ready)
    {
        await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ready.IsCompletedSuccessfully)
        {
            Print(json => json.WriteString("ready", what));
        }
    }

    private void Print(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        lock (_gate)
        {
            output.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
            output.Flush();
        }
    }
}
