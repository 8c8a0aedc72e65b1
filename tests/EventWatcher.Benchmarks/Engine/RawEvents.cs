using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using EventWatcher.IntegrationTests;

namespace EventWatcher.Benchmarks;

/// <summary>The least a client can do: reads the stream's lines and looks for nothing but the time stamp.</summary>
internal sealed class RawEvents : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly Stream _body;
    private readonly Action<DateTimeOffset>? _arrived;
    private readonly Task _reading;

    private RawEvents(HttpClient client, Stream body, Action<DateTimeOffset>? arrived)
    {
        _client = client;
        _body = body;
        _arrived = arrived;
        _reading = arrived is null ? Task.CompletedTask : Task.Run(ReadAsync);
    }

    /// <summary>Subscribes.</summary>
    /// <param name="socket">The engine's.</param>
    /// <param name="filters">The engine's filters, as JSON.</param>
    /// <param name="arrived">Called with each event's stamp; null: nothing is ever read.</param>
    public static async Task<RawEvents> OpenAsync(string socket, string filters, Action<DateTimeOffset>? arrived)
    {
        var client = EngineSocket.CreateClient(socket, Timeout.InfiniteTimeSpan);
        var response = await client.GetAsync(
            new Uri("events?filters=" + Uri.EscapeDataString(filters), UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead);
        return new RawEvents(client, await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(), arrived);
    }

    public async ValueTask DisposeAsync()
    {
        // Disposing the client ends the connection, and with it the read that waits.
        _client.Dispose();
        await _body.DisposeAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync()
    {
        var reader = PipeReader.Create(_body);
        while (true)
        {
            var result = await reader.ReadAsync();
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                _arrived!(Stamp(buffer.Slice(0, end).ToArray()));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static DateTimeOffset Stamp(ReadOnlySpan<byte> line)
    {
        var name = "\"timeNano\":"u8;
        return Utf8Parser.TryParse(line[(line.IndexOf(name) + name.Length)..], out long nanoseconds, out _)
            ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw new BenchmarkException("An event has no timeNano.");
    }
}
