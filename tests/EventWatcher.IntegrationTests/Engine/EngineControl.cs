using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// The test's own hand on an engine, over its socket and independent of the library under test. What it creates
/// carries <see cref="RunLabel"/>, so that nobody else's containers are ever touched.
/// </summary>
public sealed class EngineControl : IDisposable
{
    private const string LabelKey = "eventwatcher.tests.run";
    private const int MostPauses = 10;

    private readonly HttpClient _client;

    public EngineControl(string socket, string? run = null, EngineTraits? traits = null)
    {
        Traits = traits ?? EngineTraits.Docker;
        Run = run ?? Guid.NewGuid().ToString("N")[..12];
        _client = EngineSocket.CreateClient(socket, TimeSpan.FromSeconds(60));
    }

    /// <summary>What to expect of the engine.</summary>
    public EngineTraits Traits { get; }

    /// <summary>What tells this run's containers from all others.</summary>
    public string Run { get; }

    /// <summary>The label of every container of this run, as a filter wants it.</summary>
    public string RunLabel => $"{LabelKey}={Run}";

    public async Task<bool> AnswersAsync(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(5));
        try
        {
            using var answer = await _client.GetAsync(Path("_ping"), limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception absent) when (absent is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Creates a container and returns its id.</summary>
    public async Task<string> CreateAsync(ContainerSpec? spec = null, CancellationToken cancellationToken = default)
    {
        spec ??= new ContainerSpec();
        var body = new JsonObject
        {
            ["Image"] = spec.Image,
            ["Cmd"] = new JsonArray([.. spec.Command.Select(word => (JsonNode)word)]),
            ["StopTimeout"] = spec.StopTimeout,
            ["Labels"] = new JsonObject([.. spec.Labels.Append(new(LabelKey, Run)).Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))]),
            ["HostConfig"] = new JsonObject
            {
                ["NetworkMode"] = spec.Network,
                ["AutoRemove"] = spec.AutoRemove,
                ["RestartPolicy"] = new JsonObject { ["Name"] = spec.RestartPolicy },
            },
        };
        if (spec.StopSignal is { } signal)
        {
            body["StopSignal"] = signal;
        }

        var query = spec.Name is null ? string.Empty : "?name=" + Uri.EscapeDataString(spec.Name);
        var answer = await SendAsync(HttpMethod.Post, "containers/create" + query, JsonContent.Create(body), cancellationToken);
        return JsonNode.Parse(answer)!["Id"]!.GetValue<string>();
    }

    /// <summary>Creates and starts.</summary>
    public async Task<string> RunAsync(ContainerSpec? spec = null, CancellationToken cancellationToken = default)
    {
        var id = await CreateAsync(spec, cancellationToken);
        await StartAsync(id, cancellationToken);
        return id;
    }

    public Task StartAsync(string container, CancellationToken cancellationToken = default) => PostAsync(container, "start", cancellationToken);

    public Task StopAsync(string container, int? seconds = null, CancellationToken cancellationToken = default) =>
        PostAsync(container, seconds is null ? "stop" : $"stop?t={seconds}", cancellationToken);

    public Task RestartAsync(string container, int? seconds = null, CancellationToken cancellationToken = default) =>
        PostAsync(container, seconds is null ? "restart" : $"restart?t={seconds}", cancellationToken);

    /// <summary>Sends a signal. SIGKILL returns when the container has ended, any other one at once.</summary>
    public async Task KillAsync(string container, string signal = "SIGKILL", CancellationToken cancellationToken = default)
    {
        await PostAsync(container, "kill?signal=" + signal, cancellationToken);
        if (string.Equals(signal, "SIGKILL", StringComparison.Ordinal))
        {
            await PostAsync(container, "wait?condition=not-running", cancellationToken);
        }
    }

    /// <summary>Pauses. The runtime gives up, and lets it run on, where it is not frozen after a thousand looks: on a busy machine it is asked again.</summary>
    public async Task PauseAsync(string container, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await PostAsync(container, "pause", cancellationToken);
                return;
            }
            catch (EngineException refused) when (attempt < MostPauses && refused.Message.Contains("unable to freeze", StringComparison.Ordinal))
            {
                // Nothing has happened, and nothing was told of it.
                continue;
            }
        }
    }

    public Task UnpauseAsync(string container, CancellationToken cancellationToken = default) => PostAsync(container, "unpause", cancellationToken);

    public Task RenameAsync(string container, string name, CancellationToken cancellationToken = default) =>
        PostAsync(container, "rename?name=" + Uri.EscapeDataString(name), cancellationToken);

    /// <summary>Removes a container; with <paramref name="force"/> a running one too.</summary>
    public Task RemoveAsync(string container, bool force = true, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"containers/{container}?v=1&force={(force ? 1 : 0)}", content: null, cancellationToken);

    /// <summary>This run's containers, in whatever state.</summary>
    public async Task<IReadOnlyList<ContainerInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        var filters = new JsonObject { ["label"] = new JsonArray(RunLabel) }.ToJsonString();
        var answer = await SendAsync(HttpMethod.Get, "containers/json?all=1&filters=" + Uri.EscapeDataString(filters), content: null, cancellationToken);
        return
        [
            .. JsonNode.Parse(answer)!.AsArray().Select(item => new ContainerInfo(
                item!["Id"]!.GetValue<string>(),
                item["Names"]!.AsArray() is [{ } name, ..] ? name.GetValue<string>().TrimStart('/') : string.Empty,
                item["State"]!.GetValue<string>(),
                Strings(item["Labels"]))),
        ];
    }

    /// <summary>What the engine says of one container, or null where there is none.</summary>
    public async Task<ContainerInfo?> FindAsync(string container, CancellationToken cancellationToken = default)
    {
        try
        {
            var item = JsonNode.Parse(await SendAsync(HttpMethod.Get, $"containers/{container}/json", content: null, cancellationToken))!;
            return new ContainerInfo(
                item["Id"]!.GetValue<string>(),
                item["Name"]!.GetValue<string>().TrimStart('/'),
                item["State"]!["Status"]!.GetValue<string>(),
                Strings(item["Config"]!["Labels"]));
        }
        catch (EngineException absent) when (absent.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The process that a running container is.</summary>
    public async Task<int> ProcessIdAsync(string container, CancellationToken cancellationToken = default) =>
        JsonNode.Parse(await SendAsync(HttpMethod.Get, $"containers/{container}/json", content: null, cancellationToken))!["State"]!["Pid"]!.GetValue<int>();

    /// <summary>Removes all containers of this run, running or not.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellationToken = default) =>
        await Parallel.ForEachAsync(await ListAsync(cancellationToken), cancellationToken, async (container, token) =>
        {
            try
            {
                await RemoveAsync(container.Id, force: true, token);
            }
            catch (EngineException gone) when (gone.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // Gone already, or on its way: both are what was asked for.
                return;
            }
        });

    public async Task<bool> HasImageAsync(string image, CancellationToken cancellationToken = default)
    {
        try
        {
            _ = await SendAsync(HttpMethod.Get, $"images/{image}/json", content: null, cancellationToken);
            return true;
        }
        catch (EngineException absent) when (absent.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Makes an image of a file tree in a tar.</summary>
    public async Task ImportImageAsync(string image, byte[] tar, CancellationToken cancellationToken = default)
    {
        using var content = new ByteArrayContent(tar);
        content.Headers.ContentType = new("application/x-tar");
        var answer = await SendAsync(HttpMethod.Post, $"images/create?fromSrc=-&repo={Uri.EscapeDataString(image)}&tag=latest", content, cancellationToken);
        if (answer.Contains("errorDetail", StringComparison.Ordinal))
        {
            // The status was sent before the work began.
            throw new EngineException(HttpStatusCode.OK, answer);
        }
    }

    public Task RemoveImageAsync(string image, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"images/{image}?force=1", content: null, cancellationToken);

    /// <summary>What the engine says of itself: <c>GET /info</c>.</summary>
    public async Task<JsonNode> InfoAsync(CancellationToken cancellationToken = default) =>
        JsonNode.Parse(await SendAsync(HttpMethod.Get, "info", content: null, cancellationToken))!;

    public void Dispose() => _client.Dispose();

    private static Uri Path(string path) => new(path, UriKind.Relative);

    private static Dictionary<string, string> Strings(JsonNode? node) =>
        node?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.Ordinal) ?? [];

    private static string Message(string body)
    {
        try
        {
            return JsonNode.Parse(body)?["message"]?.GetValue<string>() ?? body;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private Task<string> PostAsync(string container, string action, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"containers/{container}/{action}", content: null, cancellationToken);

    private async Task<string> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Path(path)) { Content = content };
        using var answer = await _client.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);

        // 304: it was in the wanted state already.
        return answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified
            ? body
            : throw new EngineException(answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} {Message(body)}");
    }
}
