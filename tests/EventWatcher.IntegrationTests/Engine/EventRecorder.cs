using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// The reference: what <c>docker events</c> itself shows, in its order. Where the command is not installed the
/// recorder reads the engine's stream itself. All members may be used from any thread.
/// </summary>
public sealed class EventRecorder : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<RecordedEvent> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient? _client;
    private readonly Process? _process;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    private EventRecorder(TextReader lines, HttpClient? client, Process? process)
    {
        _client = client;
        _process = process;
        Completion = ReadAsync(lines);
    }

    /// <summary>Ends when the engine ends the stream, with the fault if there was one.</summary>
    public Task Completion { get; }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<RecordedEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The action words of one container, in order.</summary>
    public IReadOnlyList<string> ActionsOf(string id) =>
        [.. Events.Where(recorded => string.Equals(recorded.Id, id, StringComparison.Ordinal)).Select(recorded => recorded.Action)];

    /// <summary>Starts recording; every event after the call is recorded, also one before the stream stands.</summary>
    public static async Task<EventRecorder> StartAsync(DockerEngineHost host, bool ownStream = false)
    {
        var info = await host.Control.InfoAsync();
        var listeners = Listeners(info);

        // The engine's clock, not ours; it keeps its last events, so that the time until the stream stands is covered.
        var since = SinceNow(info);
        var recorder = ownStream || FindCommand() is not { } command ? await OpenStreamAsync(host, since) : OpenCommand(host, command, since);

        // An engine that doesn't count its listeners (or whose others come and go) is given a second.
        _ = await Deadline.ReachesAsync(
            async () => recorder.Completion.IsCompleted || Listeners(await host.Control.InfoAsync()) > listeners,
            TimeSpan.FromSeconds(1));
        return recorder;
    }

    /// <summary>Waits until there are <paramref name="count"/> events, of those that <paramref name="which"/> chooses.</summary>
    public Task WaitForCountAsync(int count, Func<RecordedEvent, bool>? which = null, TimeSpan? within = null) =>
        Deadline.UntilAsync(
            () => Events.Count(which ?? (static _ => true)) >= count,
            () => $"{count} events. There were:\n{string.Join('\n', Events)}",
            within);

    /// <summary>Waits until no event has come for <paramref name="quiet"/> (250 ms).</summary>
    public async Task WaitUntilQuietAsync(TimeSpan? quiet = null, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Deadline.Generous);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            var silence = Task.Delay(quiet ?? TimeSpan.FromMilliseconds(250), limit.Token);
            if (await Task.WhenAny(changed, silence) == silence)
            {
                if (silence.IsCanceled)
                {
                    throw new TimeoutException($"The events never ended. There were {Events.Count}.");
                }

                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync();
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client?.Dispose();
        _process?.Dispose();
        _stop.Dispose();
    }

    private static string? FindCommand() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "docker")).FirstOrDefault(File.Exists);

    private static EventRecorder OpenCommand(DockerEngineHost host, string command, string since)
    {
        var process = Process.Start(new ProcessStartInfo(command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            ArgumentList = { "-H", host.Endpoint, "events", "--since", since, "--filter", "type=container", "--format", "{{json .}}" },
        }) ?? throw new InvalidOperationException($"{command} did not start.");

        // "unexpected EOF" is what it says of an engine that died, and no news to a test that killed it.
        _ = process.StandardError.ReadToEndAsync();
        return new EventRecorder(process.StandardOutput, client: null, process);
    }

    private static async Task<EventRecorder> OpenStreamAsync(DockerEngineHost host, string since)
    {
        var client = EngineSocket.CreateClient(host.Socket, Timeout.InfiniteTimeSpan);
        var filters = Uri.EscapeDataString("""{"type":["container"]}""");
        var stream = await client.GetStreamAsync(new Uri($"events?since={since}&filters={filters}", UriKind.Relative));
        return new EventRecorder(new StreamReader(stream), client, process: null);
    }

    private static int Listeners(JsonNode info) => info["NEventsListener"]?.GetValue<int>() ?? 0;

    private static string SinceNow(JsonNode info)
    {
        // "2026-11-20T17:25:55.913106203Z": nine digits, of which a DateTimeOffset keeps seven.
        var now = DateTimeOffset.Parse(info["SystemTime"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        var ticks = now.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:D9}";
    }

    private async Task ReadAsync(TextReader lines)
    {
        while (await lines.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            var json = JsonNode.Parse(line)!;
            var actor = json["Actor"]!;
            var recorded = new RecordedEvent(
                json["Action"]!.GetValue<string>(),
                actor["ID"]!.GetValue<string>(),
                json["timeNano"]!.GetValue<long>(),
                actor["Attributes"]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal) ?? []);
            TaskCompletionSource changed;
            lock (_gate)
            {
                _events.Add(recorded);
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
        }
    }
}
