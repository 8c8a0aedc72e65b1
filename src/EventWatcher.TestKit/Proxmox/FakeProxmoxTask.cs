using System.Text.Json.Nodes;

namespace EventWatcher.TestKit;

/// <summary>A worker of the fake cluster.</summary>
internal sealed class FakeProxmoxTask(string node, int pid, long ticks, DateTimeOffset start, string type, string id, string user, TimeSpan clockOffset)
{
    public string Upid { get; } = string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"UPID:{node}:{pid:X8}:{ticks:X8}:{(start + clockOffset).ToUnixTimeSeconds():X8}:{type}:{id}:{user}:");

    public string Node { get; } = node;

    public string Type { get; } = type;

    public string Id { get; } = id;

    public string User { get; } = user;

    public DateTimeOffset Start { get; } = start;

    public DateTimeOffset End { get; set; }

    public string Outcome { get; set; } = "OK";

    /// <summary>Gets or sets what it does when it ends; it returns its outcome.</summary>
    public Func<DateTimeOffset, string>? Effect { get; set; }

    public bool IsOverAt(DateTimeOffset time) => Effect is null && End <= time;

    public JsonObject ToClusterEntry(DateTimeOffset time, bool isNewest)
    {
        var entry = Entry();
        if (IsOverAt(time))
        {
            entry["endtime"] = (End + clockOffset).ToUnixTimeSeconds();
            entry["status"] = Outcome;
            entry["saved"] = isNewest ? 1 : "1";
        }
        else
        {
            entry["pid"] = pid;
        }

        return entry;
    }

    public JsonObject ToNodeEntry(DateTimeOffset time)
    {
        var isOver = IsOverAt(time);
        var entry = new JsonObject
        {
            ["upid"] = Upid,
            ["node"] = Node,
            ["type"] = Type,
            ["id"] = Id,
            ["user"] = User,
            ["pid"] = pid,
            ["pstart"] = ticks,
            ["starttime"] = (Start + clockOffset).ToUnixTimeSeconds(),
            ["status"] = isOver ? Outcome : "RUNNING",
        };
        if (isOver)
        {
            entry["endtime"] = (End + clockOffset).ToUnixTimeSeconds();
        }
        else
        {
            entry["saved"] = "0";
        }

        return entry;
    }

    public JsonObject ToStatus(DateTimeOffset time)
    {
        var status = Entry();
        status["pid"] = pid;
        status["pstart"] = ticks;
        status["status"] = IsOverAt(time) ? "stopped" : "running";
        if (IsOverAt(time))
        {
            status["exitstatus"] = Outcome;
        }

        return status;
    }

    public JsonArray ToLog(DateTimeOffset time)
    {
        var lines = new JsonArray();
        if (Type is "vzstart" or "vzreboot" && Outcome is "OK")
        {
            lines.Add(new JsonObject { ["n"] = 1, ["t"] = "failed to connect to monitor socket: Connection refused" });
        }

        if (IsOverAt(time))
        {
            lines.Add(new JsonObject { ["n"] = lines.Count + 1, ["t"] = Outcome is "OK" || Outcome.StartsWith("WARNINGS", StringComparison.Ordinal) ? "TASK " + Outcome : "TASK ERROR: " + Outcome });
        }

        return lines;
    }

    private JsonObject Entry()
    {
        var entry = new JsonObject
        {
            ["upid"] = Upid,
            ["node"] = Node,
            ["type"] = Type,
            ["id"] = Id,
            ["starttime"] = (Start + clockOffset).ToUnixTimeSeconds(),
            ["user"] = User.Split('!')[0],
        };
        if (User.Contains('!', StringComparison.Ordinal))
        {
            entry["tokenid"] = User.Split('!')[1];
        }

        return entry;
    }
}
