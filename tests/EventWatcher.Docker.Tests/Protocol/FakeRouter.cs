using System.Globalization;
using System.Text;

namespace EventWatcher.Docker.Tests;

/// <summary>From a request to its answer.</summary>
internal sealed class FakeRouter(FakeEngineOptions options, EngineClock clock, FakeContainers containers, EventsEndpoint events, FakeEngineFaults faults)
{
    /// <summary>False when the connection can't be used any more.</summary>
    public async Task<bool> ServeAsync(HttpConnection connection, RecordedRequest request)
    {
        var fault = faults.Take(request);
        if (fault.BeforeHeaders is { } wait)
        {
            connection.WatchForClose();
            await wait(connection.Closed);
        }

        if (fault.NoAnswer)
        {
            connection.Close(reset: fault.Cut == CutMode.Reset);
            return false;
        }

        var response = new HttpResponse(connection, fault, CommonHeaders());
        if (fault.Status is { } status)
        {
            await response.WriteWholeAsync(status, fault.Body, fault.ContentType);
        }
        else if (VersionRefusal(request) is { } refusal)
        {
            var old = ApiVersion.Parse(request.Version!) < new ApiVersion(1, 24);
            await response.WriteWholeAsync(
                400, old ? Encoding.UTF8.GetBytes(refusal + "\n") : HttpText.Message(refusal), old ? "text/plain; charset=utf-8" : "application/json");
        }
        else if (request is { Path: "/events", Method: "GET" })
        {
            return await events.ServeAsync(connection, response, request, fault);
        }
        else
        {
            await AnswerAsync(response, request);
        }

        return !response.IsCut;
    }

    private List<(string Name, string Value)> CommonHeaders()
    {
        var headers = new List<(string, string)>
        {
            ("Api-Version", options.EffectiveApiVersion),
            ("Date", clock.Now.ToString("R", CultureInfo.InvariantCulture)),
            ("Server", options.IsPodman ? $"Libpod/{options.ServerVersion} (linux)" : $"Docker/{options.ServerVersion} (linux)"),
            ("Ostype", "linux"),
            ("Docker-Experimental", "false"),
        };
        if (options.IsPodman)
        {
            headers.Add(("Libpod-Api-Version", options.ServerVersion));
        }

        return headers;
    }

    private string? VersionRefusal(RecordedRequest request)
    {
        if (request.Version is not { } text || options.IsPodman)
        {
            return null;
        }

        var version = ApiVersion.Parse(text);
        if (version < ApiVersion.Parse(options.EffectiveMinApiVersion))
        {
            return $"client version {text} is too old. Minimum supported API version is {options.EffectiveMinApiVersion}, "
                + "please upgrade your client to a newer version";
        }

        return version > ApiVersion.Parse(options.EffectiveApiVersion)
            ? $"client version {text} is too new. Maximum supported API version is {options.EffectiveApiVersion}"
            : null;
    }

    private async Task AnswerAsync(HttpResponse response, RecordedRequest request)
    {
        try
        {
            switch (request.Method, request.Path)
            {
                case ("GET", "/_ping"):
                    await response.WriteWholeAsync(200, "OK"u8.ToArray(), "text/plain; charset=utf-8");
                    break;
                case ("HEAD", "/_ping"):
                    await response.WriteWholeAsync(200, default, "text/plain; charset=utf-8", headOnly: true);
                    break;
                case ("GET", "/info"):
                    await response.WriteWholeAsync(200, Info(), "application/json");
                    break;
                case ("GET", "/version"):
                    await response.WriteWholeAsync(200, Version(), "application/json");
                    break;
                case ("GET", "/containers/json"):
                    await response.WriteWholeAsync(200, List(request), "application/json");
                    break;
                default:
                    await OnContainerAsync(response, request);
                    break;
            }
        }
        catch (EngineError e)
        {
            await response.WriteWholeAsync(e.Status, e.Status == 304 ? default : ErrorBody(e), "application/json");
        }
    }

    private async Task OnContainerAsync(HttpResponse response, RecordedRequest request)
    {
        var parts = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var query = request.Query;
        if (parts is not ["containers", var name, ..] || parts.Length > 3)
        {
            throw new EngineError(404, "page not found");
        }

        if (request.Method == "GET" && parts is [_, _, "json"])
        {
            await response.WriteWholeAsync(200, ContainerJson.Inspect(containers.Get(name)), "application/json");
            return;
        }

        int? seconds = query.TryGetValue("t", out var t) && t.Length > 0
            ? int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)
                ? parsed
                : throw EngineError.Invalid($"strconv.Atoi: parsing \"{t}\": invalid syntax")
            : null;

        // Before API 1.42 the engine does not look at the signal of a stop or restart.
        var version = ApiVersion.Parse(request.Version ?? options.EffectiveApiVersion);
        var stopSignal = version >= new ApiVersion(1, 42) && query.GetValueOrDefault("signal") is { Length: > 0 } s ? s : null;

        await ((request.Method, parts.ElementAtOrDefault(2)) switch
        {
            ("POST", "start") => containers.StartAsync(name),
            ("POST", "stop") => containers.StopAsync(name, seconds, stopSignal),
            ("POST", "restart") => containers.RestartAsync(name, seconds, stopSignal),
            ("POST", "kill") => containers.KillAsync(name, query.GetValueOrDefault("signal")),
            ("POST", "pause") => containers.PauseAsync(name),
            ("POST", "unpause") => containers.UnpauseAsync(name),
            ("POST", "rename") => containers.RenameAsync(name, query.GetValueOrDefault("name") ?? ""),
            ("DELETE", null) => containers.DeleteAsync(name, IsTrue(query.GetValueOrDefault("force"))),
            _ => throw new EngineError(404, "page not found"),
        });
        await response.WriteWholeAsync(204, default, "");
    }

    private byte[] List(RecordedRequest request)
    {
        if (!EventFilter.TryParse(request.Query.GetValueOrDefault("filters"), out var filter))
        {
            throw EngineError.Invalid("invalid filter");
        }

        var all = IsTrue(request.Query.GetValueOrDefault("all")) || filter.Names("status");
        return ContainerJson.List(containers.All.Where(c =>
            (all || c.IsRunning)
            && filter.Exact("status", c.State)
            && filter.Fuzzy("id", c.Id)
            && filter.Contains("name", "/" + c.Name)
            && filter.HasLabels(c.Labels)));
    }

    private byte[] ErrorBody(EngineError e) => !options.IsPodman
        ? HttpText.Message(e.Message)
        : HttpText.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("cause", e.Message.Split(": ")[^1]);
            json.WriteString("message", e.Message);
            json.WriteNumber("response", e.Status);
            json.WriteEndObject();
        });

    private byte[] Info() => HttpText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("ID", "FAKE:ENGINE");
        json.WriteNumber("Containers", containers.All.Count);
        json.WriteNumber("ContainersRunning", containers.All.Count(c => c.State == "running"));
        json.WriteString("SystemTime", ContainerJson.Time(clock.Now));
        json.WriteString("Name", "fake");
        json.WriteString("ServerVersion", options.ServerVersion);
        json.WriteString("OSType", "linux");
        json.WriteEndObject();
    });

    private byte[] Version() => HttpText.Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("Version", options.ServerVersion);
        json.WriteString("ApiVersion", options.EffectiveApiVersion);
        json.WriteString("MinAPIVersion", options.EffectiveMinApiVersion);
        json.WriteString("Os", "linux");
        json.WriteString("Arch", "amd64");
        json.WriteEndObject();
    });

    private static bool IsTrue(string? value) => value is not (null or "" or "0" or "no" or "false" or "none");
}
