using System.Text.Json.Nodes;

namespace EventWatcher.TestKit;

/// <summary>An answer of the server.</summary>
internal sealed record FakeProxmoxReply(int Status, string Reason, string? Body, bool Closes)
{
    /// <summary>Gets whether the daemon behind the proxy answered: then the connection is closed.</summary>
    public bool IsJson { get; init; } = true;

    public static FakeProxmoxReply Ok(JsonNode? data, bool closes = false) => Of(new JsonObject { ["data"] = data }, closes);

    public static FakeProxmoxReply Of(JsonObject body, bool closes) => new(200, "OK", body.ToJsonString(), closes);

    public static FakeProxmoxReply Error(int status, string message, bool withBody, JsonObject? errors = null)
    {
        var body = new JsonObject { ["data"] = null, ["message"] = status == 501 ? message : message + "\n" };
        if (errors is not null)
        {
            body["errors"] = errors;
        }

        if (!withBody)
        {
            body.Remove("message");
        }

        return new(status, message, body.ToJsonString(), Closes: true);
    }

    public static FakeProxmoxReply Unauthorized(string reason) => new(401, reason, Body: null, Closes: true);
}
