using System.Text.Json.Nodes;

namespace EventWatcher.TestKit;

/// <summary>A guest of the fake cluster, with its past, which the stale cache shows.</summary>
internal sealed class FakeProxmoxGuest(string kind, int vmid, string name, string node)
{
    private readonly List<(DateTimeOffset Time, string Status, DateTimeOffset Boot)> _history = [];

    public string Kind { get; } = kind;

    public int Vmid { get; } = vmid;

    public string Id => $"{Kind}/{Vmid}";

    public bool IsContainer => Kind is "lxc";

    public string Name { get; set; } = name;

    public string Node { get; set; } = node;

    public string Tags { get; set; } = "";

    public string Pool { get; set; } = "";

    public string Lock { get; set; } = "";

    public string StartFailure { get; set; } = "";

    public bool IgnoresShutdown { get; set; }

    public bool HasAgent { get; set; }

    public string Status { get; private set; } = "stopped";

    public int Pid { get; private set; }

    public DateTimeOffset Boot { get; private set; }

    public IReadOnlyList<(string Interface, string Address)> Addresses { get; set; } = [];

    public void Run(DateTimeOffset time, int pid)
    {
        Pid = pid;
        Boot = time;
        Become("running", time);
    }

    public void Become(string status, DateTimeOffset time)
    {
        Status = status;
        _history.Add((time, status, Boot));
    }

    /// <summary>The row that the cache of that time has; null where it knows nothing yet.</summary>
    public (string Status, long Uptime)? At(DateTimeOffset time)
    {
        var index = _history.FindLastIndex(entry => entry.Time <= time);
        if (index < 0)
        {
            return null;
        }

        var (_, status, boot) = _history[index];
        return (status, status is "stopped" ? 0 : Math.Max(0, (long)(time - boot).TotalSeconds));
    }

    public JsonObject ToResource(DateTimeOffset cacheTime, bool isNodeLost)
    {
        var seen = isNodeLost ? null : At(cacheTime);
        var isRunning = seen is { Status: not "stopped" };
        var row = new JsonObject
        {
            ["id"] = Id, ["type"] = Kind, ["node"] = Node, ["vmid"] = Vmid, ["name"] = Name, ["template"] = 0,
            ["status"] = seen?.Status ?? "unknown", ["uptime"] = seen?.Uptime ?? 0, ["cpu"] = 0, ["maxcpu"] = 1,
            ["mem"] = isRunning ? 19_999_000 : 0, ["maxmem"] = 536_870_912, ["memhost"] = 0, ["disk"] = isRunning ? 110_829_568 : 0,
            ["maxdisk"] = 3_221_225_472, ["diskread"] = 0, ["diskwrite"] = 0, ["netin"] = 0, ["netout"] = 0,
        };
        AddTexts(row);
        if (Pool.Length > 0)
        {
            row["pool"] = Pool;
        }

        return row;
    }

    public JsonObject ToStatus(DateTimeOffset now, bool isList)
    {
        var isRunning = Status is not "stopped";
        var data = new JsonObject
        {
            ["vmid"] = Vmid, ["name"] = Name, ["type"] = Kind, ["status"] = isRunning ? "running" : "stopped",
            ["uptime"] = isRunning ? (long)(now - Boot).TotalSeconds : 0, ["cpu"] = 0, ["cpus"] = 1, ["mem"] = isRunning ? 19_999_000 : 0,
            ["maxmem"] = 536_870_912, ["swap"] = 0, ["maxswap"] = 536_870_912, ["disk"] = isRunning ? 110_837_760 : 0,
            ["maxdisk"] = isRunning ? 3_221_225_472 : 8_388_608, ["diskread"] = 0, ["diskwrite"] = 0, ["netin"] = 0, ["netout"] = 0,
        };
        AddTexts(data);
        if (!isList)
        {
            data["ha"] = new JsonObject { ["managed"] = 0 };
        }

        if (isRunning)
        {
            data["pid"] = Pid;
            foreach (var pressure in new[] { "cpusome", "cpufull", "iosome", "iofull", "memorysome", "memoryfull" })
            {
                data["pressure" + pressure] = null;
            }
        }

        if (!IsContainer)
        {
            data.Remove("swap");
            data.Remove("maxswap");
            data.Remove("type");
            data["qmpstatus"] = Status;
        }

        return data;
    }

    private void AddTexts(JsonObject data)
    {
        if (Tags.Length > 0)
        {
            data["tags"] = Tags;
        }

        if (Lock.Length > 0)
        {
            data["lock"] = Lock;
        }
    }
}
