using System.Globalization;
using System.Text.Json.Nodes;

namespace EventWatcher.TestKit;

// What is below /nodes/{node}.
internal sealed partial class FakeProxmoxApi
{
    private FakeProxmoxReply Node(FakeProxmoxRequest request, string user, string node)
    {
        if (!options.Nodes.Contains(node, StringComparer.Ordinal))
        {
            return Error(500, $"hostname lookup '{node}' failed - failed to get address info for: {node}: Temporary failure in name resolution");
        }

        if (cluster.LostNodes.TryGetValue(node, out var status))
        {
            return new(status, status == 595 ? "No route to host" : "Connection timed out", Body: null, Closes: true);
        }

        return (request.Method, request.Segments[2..]) switch
        {
            ("GET", ["lxc" or "qemu"]) => FakeProxmoxReply.Ok(List(user, node, request.Segments[2]), closes: true),
            ("GET", ["tasks"]) => WithTotal(NodeTasks(request, user, node)),
            ("GET", ["tasks", var upid, "status" or "log"]) => OneTask(user, node, upid, request.Segments[4]),
            ("GET", ["lxc" or "qemu", var id, "status", "current"]) => Guest(user, node, request.Segments[2], id, guest => FakeProxmoxReply.Ok(guest.ToStatus(cluster.Now, isList: false), closes: true)),
            ("GET", ["lxc" or "qemu", var id, "config"]) => Guest(user, node, request.Segments[2], id, static guest => FakeProxmoxReply.Ok(Configuration(guest), closes: true)),
            ("GET", ["lxc", var id, "interfaces"]) => Guest(user, node, "lxc", id, static guest => FakeProxmoxReply.Ok(Interfaces(guest), closes: true)),
            ("GET", ["qemu", var id, "agent", "network-get-interfaces"]) => Guest(user, node, "qemu", id, Agent),
            ("POST", ["lxc" or "qemu", var id, "status", "start" or "stop" or "shutdown" or "reboot" or "suspend" or "resume"]) => Act(request, user, node, id),
            _ => NotImplemented(request),
        };
    }

    private static JsonObject Configuration(FakeProxmoxGuest guest)
    {
        var data = new JsonObject { ["digest"] = "0123456789abcdef", ["arch"] = "amd64", ["memory"] = 512 };
        data[guest.IsContainer ? "hostname" : "name"] = guest.Name;
        foreach (var (index, (name, address)) in guest.Addresses.Where(static entry => entry.Interface is not "lo").Index())
        {
            data["net" + index.ToString(CultureInfo.InvariantCulture)] = guest.IsContainer ? $"name={name},bridge=vmbr0,hwaddr=BC:24:11:00:00:0{index}" : $"virtio=BC:24:11:00:00:0{index},bridge=vmbr0";
            if (!guest.IsContainer)
            {
                data["ipconfig" + index.ToString(CultureInfo.InvariantCulture)] = $"ip={address}/24";
            }
        }

        return data;
    }

    // Not in the order of the configuration's keys, as on a real machine.
    private static JsonArray Interfaces(FakeProxmoxGuest guest) =>
    [
        .. guest.Addresses.Reverse().Append(("lo", "127.0.0.1")).Select(static entry => new JsonObject
        {
            ["name"] = entry.Item1, ["hwaddr"] = "bc:24:11:00:00:00", ["hardware-address"] = "bc:24:11:00:00:00", ["inet"] = entry.Item2 + "/24",
            ["ip-addresses"] = new JsonArray(new JsonObject { ["ip-address"] = entry.Item2, ["ip-address-type"] = "inet", ["prefix"] = 24 }),
        }),
    ];

    private FakeProxmoxReply Agent(FakeProxmoxGuest guest)
    {
        if (!guest.HasAgent)
        {
            return Error(500, "No QEMU guest agent configured");
        }

        return FakeProxmoxReply.Ok(new JsonObject { ["result"] = Interfaces(guest) }, closes: true);
    }

    private JsonArray List(string user, string node, string kind) =>
    [
        .. cluster.Guests.Values
            .Where(guest => string.Equals(guest.Node, node, StringComparison.Ordinal) && string.Equals(guest.Kind, kind, StringComparison.Ordinal) && access.Has(user, $"/vms/{guest.Vmid}", "VM.Audit"))
            .Select(guest => guest.ToStatus(cluster.Now, isList: true)),
    ];

    private static FakeProxmoxReply WithTotal(JsonArray tasks)
    {
        var body = new JsonObject { ["data"] = tasks };
        if (tasks.Count > 0)
        {
            body["total"] = tasks.Count;
        }

        return FakeProxmoxReply.Of(body, closes: false);
    }

    private JsonArray NodeTasks(FakeProxmoxRequest request, string user, string node)
    {
        var source = request.Parameters.GetValueOrDefault("source", "archive");
        var isAuditor = access.Has(user, "/nodes/" + node, "Sys.Audit");
        var tasks = cluster.Tasks
            .Where(task => string.Equals(task.Node, node, StringComparison.Ordinal) && (isAuditor || string.Equals(task.User.Split('!')[0], user.Split('!')[0], StringComparison.Ordinal)))
            .Where(task => source switch { "active" => !task.IsOverAt(cluster.Now), "archive" => task.IsOverAt(cluster.Now), _ => true })
            .Where(task => !request.Parameters.TryGetValue("vmid", out var vmid) || string.Equals(task.Id, vmid, StringComparison.Ordinal))
            .Where(task => !request.Parameters.TryGetValue("typefilter", out var type) || string.Equals(task.Type, type, StringComparison.Ordinal))
            .Where(task => !request.Parameters.TryGetValue("since", out var since) || task.Start.ToUnixTimeSeconds() >= long.Parse(since, CultureInfo.InvariantCulture))
            .Reverse()
            .Take(int.Parse(request.Parameters.GetValueOrDefault("limit", "50"), CultureInfo.InvariantCulture));
        return [.. tasks.Select(task => task.ToNodeEntry(cluster.Now))];
    }

    private FakeProxmoxReply OneTask(string user, string node, string upid, string what)
    {
        if (!upid.StartsWith("UPID:", StringComparison.Ordinal))
        {
            return Invalid("upid", "unable to parse worker upid");
        }

        if (cluster.Tasks.Find(task => string.Equals(task.Upid, upid, StringComparison.Ordinal)) is not { } task)
        {
            return Invalid("upid", "no such task");
        }

        if (!string.Equals(task.User.Split('!')[0], user.Split('!')[0], StringComparison.Ordinal) && !access.Has(user, "/nodes/" + node, "Sys.Audit"))
        {
            return Forbidden("/nodes/" + node, "Sys.Audit");
        }

        if (what is "status")
        {
            return FakeProxmoxReply.Ok(task.ToStatus(cluster.Now), closes: true);
        }

        var log = task.ToLog(cluster.Now);
        return FakeProxmoxReply.Of(new JsonObject { ["total"] = log.Count, ["data"] = log }, closes: true);
    }

    private FakeProxmoxReply Guest(string user, string node, string kind, string id, Func<FakeProxmoxGuest, FakeProxmoxReply> answer)
    {
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var vmid) || vmid < 100)
        {
            return Invalid("vmid", "invalid format - value does not look like a valid VM ID");
        }

        if (!access.Has(user, $"/vms/{vmid}", "VM.Audit"))
        {
            return Forbidden($"/vms/{vmid}", "VM.Audit");
        }

        return cluster.Guests.TryGetValue(vmid, out var guest) && string.Equals(guest.Node, node, StringComparison.Ordinal) && string.Equals(guest.Kind, kind, StringComparison.Ordinal)
            ? answer(guest)
            : Error(500, $"Configuration file 'nodes/{node}/{(kind is "lxc" ? "lxc" : "qemu-server")}/{vmid}.conf' does not exist");
    }

    private FakeProxmoxReply Act(FakeProxmoxRequest request, string user, string node, string id)
    {
        var vmid = int.Parse(id, CultureInfo.InvariantCulture);
        var action = request.Segments[5];
        if (!access.Has(user, $"/vms/{vmid}", "VM.PowerMgmt"))
        {
            return Forbidden($"/vms/{vmid}", "VM.PowerMgmt");
        }

        foreach (var (name, value) in request.Parameters)
        {
            var isKnown = name is "skiplock" || (name, action) is ("timeout", "shutdown" or "reboot") or ("forceStop", "shutdown") or ("overrule-shutdown", "stop");
            if (!isKnown)
            {
                return Invalid(name, "property is not defined in schema and the schema does not allow additional properties");
            }

            if (name is "timeout" && !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return Invalid(name, $"type check ('integer') failed - got '{value}'");
            }
        }

        var (task, refusal) = cluster.Act(node, request.Segments[2], vmid, action, request.Parameters, user);
        return task is null ? Error(500, refusal) : FakeProxmoxReply.Ok(task.Upid, closes: true);
    }
}
