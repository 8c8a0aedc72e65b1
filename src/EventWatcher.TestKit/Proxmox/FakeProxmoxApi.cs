using System.Globalization;
using System.Text.Json.Nodes;

namespace EventWatcher.TestKit;

/// <summary>Answers requests as the API of a cluster does.</summary>
internal sealed partial class FakeProxmoxApi(FakeProxmoxOptions options, FakeProxmoxCluster cluster, FakeProxmoxAccess access, string fingerprint)
{
    private const int TaskListLength = 25;

    private int _resourceReads;

    public FakeProxmoxReply Answer(FakeProxmoxRequest request)
    {
        if (request.IsChunked)
        {
            return new(501, "chunked transfer encoding not supported", "chunked transfer encoding not supported", Closes: true) { IsJson = false };
        }

        if (request.HasBody && request.Method is not ("POST" or "PUT"))
        {
            var message = $"Unexpected content for method '{request.Method}'";
            return new(501, message, message, Closes: true) { IsJson = false };
        }

        if (request.Method is "POST" && request.Path is "/access/ticket")
        {
            return access.Login(request.Parameters.GetValueOrDefault("username", ""), request.Parameters.GetValueOrDefault("password", "")) is { } login
                ? FakeProxmoxReply.Ok(login, closes: true)
                : Error(401, "authentication failure");
        }

        var (user, reason) = access.Identify(request);
        if (user is null)
        {
            return FakeProxmoxReply.Unauthorized(reason);
        }

        cluster.Settle();
        return request.Segments switch
        {
            ["version"] => FakeProxmoxReply.Ok(new JsonObject { ["release"] = "9.2", ["version"] = "9.2.11", ["repoid"] = "deadbeef00000000" }),
            ["access", "permissions"] => FakeProxmoxReply.Ok(access.Permissions(user)),
            ["nodes"] => FakeProxmoxReply.Ok(Nodes()),
            ["cluster", "status"] => access.Has(user, "/", "Sys.Audit") ? FakeProxmoxReply.Ok(Status()) : Forbidden("/", "Sys.Audit"),
            ["cluster", "resources"] => FakeProxmoxReply.Ok(Resources(user)),
            ["cluster", "tasks"] => FakeProxmoxReply.Ok(ClusterTasks(user)),
            ["cluster", "log"] => FakeProxmoxReply.Ok(ClusterLog(request)),
            ["nodes", var node, ..] => Node(request, user, node),
            _ => NotImplemented(request),
        };
    }

    private FakeProxmoxReply Error(int status, string message, JsonObject? errors = null) => FakeProxmoxReply.Error(status, message, options.HasMessageInBody, errors);

    private FakeProxmoxReply Forbidden(string path, string privilege) => Error(403, $"Permission check failed ({path}, {privilege})");

    private FakeProxmoxReply Invalid(string parameter, string what) => Error(400, "Parameter verification failed.", new JsonObject { [parameter] = what });

    private FakeProxmoxReply NotImplemented(FakeProxmoxRequest request) => Error(501, $"Method '{request.Method} {request.Path}' not implemented");

    private JsonArray Nodes() =>
    [
        .. options.Nodes.Select(node => new JsonObject
        {
            ["node"] = node, ["id"] = "node/" + node, ["type"] = "node", ["ssl_fingerprint"] = fingerprint,
            ["status"] = cluster.LostNodes.ContainsKey(node) ? "offline" : "online",
        }),
    ];

    private JsonArray Status()
    {
        var all = new JsonArray();
        if (options.Nodes.Count > 1)
        {
            all.Add(new JsonObject { ["id"] = "cluster", ["type"] = "cluster", ["name"] = "fake", ["nodes"] = options.Nodes.Count, ["quorate"] = cluster.IsQuorate ? 1 : 0, ["version"] = 1 });
        }

        foreach (var node in options.Nodes)
        {
            all.Add(new JsonObject { ["id"] = "node/" + node, ["type"] = "node", ["name"] = node, ["online"] = cluster.LostNodes.ContainsKey(node) ? 0 : 1, ["local"] = string.Equals(node, options.Nodes[0], StringComparison.Ordinal) ? 1 : 0 });
        }

        return all;
    }

    private JsonArray Resources(string user)
    {
        _resourceReads++;
        var cacheTime = cluster.Now;
        if (options.CachePeriod > TimeSpan.Zero)
        {
            var seen = (cluster.Now - options.CacheLag).UtcTicks;
            var renewed = seen - (seen % options.CachePeriod.Ticks);
            var isBack = options.GoBackEvery > 0 && _resourceReads % options.GoBackEvery == 0;
            cacheTime = new DateTimeOffset(renewed - (isBack ? options.CachePeriod.Ticks : 0), TimeSpan.Zero);
        }

        return
        [
            .. cluster.Guests.Values
                .Where(guest => access.Has(user, $"/vms/{guest.Vmid}", "VM.Audit"))
                .Select(guest => guest.ToResource(cacheTime, cluster.LostNodes.ContainsKey(guest.Node))),
        ];
    }

    private JsonArray ClusterTasks(string user)
    {
        var time = cluster.Now - options.TaskListLag;
        if (!access.Has(user, "/", "Sys.Audit"))
        {
            return [];
        }

        var visible = cluster.Tasks.Where(task => task.Start <= time).Reverse().ToList();
        var running = visible.Where(task => !task.IsOverAt(time));
        var listed = running.Concat(visible.Where(task => task.IsOverAt(time)).OrderByDescending(static task => task.End)).Take(TaskListLength);
        return [.. listed.Select((task, index) => task.ToClusterEntry(time, index == 0))];
    }

    private JsonArray ClusterLog(FakeProxmoxRequest request)
    {
        var most = int.Parse(request.Parameters.GetValueOrDefault("max", "50"), CultureInfo.InvariantCulture);
        return
        [
            .. cluster.Tasks.Where(static task => task.Effect is null).Reverse().Take(most).Select((task, index) => new JsonObject
            {
                ["uid"] = index.ToString(CultureInfo.InvariantCulture), ["id"] = $"{index}:{task.Node}", ["node"] = task.Node, ["user"] = task.User,
                ["tag"] = "pvedaemon", ["pid"] = 3_319, ["pri"] = 6, ["time"] = task.End.ToUnixTimeSeconds(), ["msg"] = $"end task {task.Upid} {task.Outcome}",
            }),
        ];
    }
}
