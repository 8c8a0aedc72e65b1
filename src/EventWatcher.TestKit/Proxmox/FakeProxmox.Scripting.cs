namespace EventWatcher.TestKit;

// What tests do to the cluster behind the API's back.
public sealed partial class FakeProxmox
{
    private const string Root = "root@pam";

    /// <summary>Gets the guests that exist, as <c>lxc/101</c> or <c>qemu/100</c>, each with its node and true state: <c>running</c>, <c>paused</c>, <c>stopped</c>.</summary>
    public IReadOnlyDictionary<string, (string Node, string Status)> Guests => Change(() =>
        _cluster.Guests.Values.ToDictionary(static guest => guest.Id, static guest => (guest.Node, guest.Status), StringComparer.Ordinal));

    /// <summary>Adds a guest, without a task.</summary>
    /// <param name="kind"><c>lxc</c> or <c>qemu</c>.</param>
    /// <param name="vmid">Its number, from 100.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isRunning">Whether it runs; then it has for ten minutes.</param>
    /// <param name="node">Its node; null for the first.</param>
    /// <param name="tags">Its tags, with semicolons between them.</param>
    /// <param name="pool">Its pool.</param>
    public void AddGuest(string kind, int vmid, string name, bool isRunning = false, string? node = null, string tags = "", string pool = "") => Change(() =>
    {
        var guest = new FakeProxmoxGuest(kind, vmid, name, node ?? _options.Nodes[0]) { Tags = tags, Pool = pool };
        var time = _cluster.Now - TimeSpan.FromMinutes(10);
        guest.Become("stopped", time);
        if (isRunning)
        {
            guest.Run(time, _cluster.NextPid());
        }

        _cluster.Guests.Add(vmid, guest);
        return guest;
    });

    /// <summary>Creates a guest by a task; the list of resources knows nothing of its state at first.</summary>
    /// <param name="kind"><c>lxc</c> or <c>qemu</c>.</param>
    /// <param name="vmid">Its number.</param>
    /// <param name="name">Its name.</param>
    public void CreateGuest(string kind, int vmid, string name) => Change(() => _cluster.Create(_options.Nodes[0], kind, vmid, name, "create", Root));

    /// <summary>Destroys a guest by a task, also one that runs; nothing if there is none.</summary>
    /// <param name="vmid">Its number.</param>
    public void DestroyGuest(int vmid) => Change(() => _cluster.Guests.TryGetValue(vmid, out var guest) ? _cluster.Destroy(guest, Root) : null);

    /// <summary>Takes a guest away without a task.</summary>
    /// <param name="vmid">Its number.</param>
    public void LoseGuest(int vmid) => Change(() => _cluster.Guests.Remove(vmid));

    /// <summary>Does to a guest what somebody does with the web interface: start, stop, shutdown, reboot, suspend, resume.</summary>
    /// <param name="vmid">Its number.</param>
    /// <param name="action">What is done.</param>
    /// <returns>The task's identifier.</returns>
    /// <exception cref="InvalidOperationException">The guest's state doesn't allow it.</exception>
    public string Act(int vmid, string action) => Change(() =>
    {
        var guest = _cluster.Guests[vmid];
        var (task, refusal) = _cluster.Act(guest.Node, guest.Kind, vmid, action, new Dictionary<string, string>(StringComparer.Ordinal), Root);
        return task?.Upid ?? throw new InvalidOperationException(refusal);
    });

    /// <summary>Lets a guest power itself off.</summary>
    /// <param name="vmid">Its number.</param>
    public void PowerOff(int vmid) => Change(() =>
    {
        _cluster.Guests[vmid].Become("stopped", _cluster.Now);
        return vmid;
    });

    /// <summary>Lets a guest restart itself, from the inside.</summary>
    /// <param name="vmid">Its number.</param>
    public void Restart(int vmid) => Change(() =>
    {
        _cluster.Guests[vmid].Become("stopped", _cluster.Now);
        _cluster.Guests[vmid].Run(_cluster.Now, _cluster.NextPid());
        return vmid;
    });

    /// <summary>Moves a guest to another node, as it is; it has another process there.</summary>
    /// <param name="vmid">Its number.</param>
    /// <param name="node">Where it goes.</param>
    public void Migrate(int vmid, string node) => Change(() =>
    {
        var guest = _cluster.Guests[vmid];
        return _cluster.Begin(guest.Node, guest.IsContainer ? "vzmigrate" : "qmigrate", Number(vmid), Root, _options.TaskDuration, time =>
        {
            guest.Node = node;
            if (guest.Status is not "stopped")
            {
                guest.Run(time, _cluster.NextPid());
            }

            return "OK";
        });
    });

    /// <summary>Sets what else is said of a guest.</summary>
    /// <param name="vmid">Its number.</param>
    /// <param name="name">Its new name; null to leave it.</param>
    /// <param name="lockedBy">What locks it, such as <c>backup</c>; empty for nothing; null to leave it.</param>
    /// <param name="startOutcome">What its start ends with, such as <c>WARNINGS: 2</c>; empty for success; null to leave it.</param>
    /// <param name="ignoresShutdown">Whether it goes on when it is asked to shut down; null to leave it.</param>
    /// <param name="hasAgent">Whether the QEMU guest agent runs in it; null to leave it.</param>
    public void SetGuest(int vmid, string? name = null, string? lockedBy = null, string? startOutcome = null, bool? ignoresShutdown = null, bool? hasAgent = null) => Change(() =>
    {
        var guest = _cluster.Guests[vmid];
        guest.Name = name ?? guest.Name;
        guest.Lock = lockedBy ?? guest.Lock;
        guest.StartFailure = startOutcome ?? guest.StartFailure;
        guest.IgnoresShutdown = ignoresShutdown ?? guest.IgnoresShutdown;
        guest.HasAgent = hasAgent ?? guest.HasAgent;
        return guest;
    });

    /// <summary>Gives a guest other tags.</summary>
    /// <param name="vmid">Its number.</param>
    /// <param name="tags">Its tags, with semicolons between them; empty for none.</param>
    public void SetTags(int vmid, string tags) => Change(() => _cluster.Guests[vmid].Tags = tags);

    /// <summary>Gives a guest its addresses; the first is that of <c>net0</c>.</summary>
    /// <param name="vmid">Its number.</param>
    /// <param name="addresses">Interfaces with their addresses.</param>
    public void SetAddresses(int vmid, params (string Interface, string Address)[] addresses) => Change(() => _cluster.Guests[vmid].Addresses = addresses);

    /// <summary>Makes a node unreachable for the others.</summary>
    /// <param name="node">Which.</param>
    /// <param name="status">What is said of it: 595 or 596.</param>
    public void LoseNode(string node, int status = 595) => Change(() => _cluster.LostNodes[node] = status);

    /// <summary>Brings a node back.</summary>
    /// <param name="node">Which.</param>
    public void RestoreNode(string node) => Change(() => _cluster.LostNodes.Remove(node));

    /// <summary>Sets whether the nodes that are left are a majority.</summary>
    /// <param name="isQuorate">Whether they are.</param>
    public void SetQuorum(bool isQuorate) => Change(() => _cluster.IsQuorate = isQuorate);

    /// <summary>Adds a token, or a user.</summary>
    /// <param name="user"><c>user@realm!id</c> for a token, <c>user@realm</c> for a user.</param>
    /// <param name="secret">The token's secret or the user's password.</param>
    public void AddToken(string user, string secret) => Change(() =>
    {
        _access.Add(user, secret);
        return user;
    });

    /// <summary>Takes a token or a user away; null for the first token.</summary>
    /// <param name="user">Which.</param>
    public void RevokeToken(string? user = null) => Change(() =>
    {
        _access.Remove(user ?? FirstUser);
        return user;
    });

    /// <summary>Brings the first token back.</summary>
    public void RestoreToken() => AddToken(FirstUser, FirstSecret);

    /// <summary>Makes all tickets invalid.</summary>
    public void ForgetTickets() => Change(() =>
    {
        _access.ForgetTickets();
        return 0;
    });

    /// <summary>Gives a user or token privileges on a path and below it, in the place of those from above.</summary>
    /// <param name="user">Whom; null for the first token.</param>
    /// <param name="path">The path, such as <c>/vms/101</c>.</param>
    /// <param name="privileges">The privileges; none to take away what comes from above.</param>
    public void Allow(string? user, string path, params string[] privileges) => Change(() =>
    {
        _access.Allow(user ?? FirstUser, path, privileges);
        return user;
    });

    /// <summary>Takes all privileges from a user or token.</summary>
    /// <param name="user">Whom; null for the first token.</param>
    public void Forbid(string? user = null) => Change(() =>
    {
        _access.Forbid(user ?? FirstUser);
        return user;
    });

    /// <summary>Lets something go wrong with the next requests of a kind.</summary>
    /// <param name="fault">What.</param>
    /// <param name="path">A part of their path; empty for any.</param>
    /// <param name="method">Their method; null for any.</param>
    /// <param name="times">With how many of them.</param>
    public void Inject(FakeProxmoxFault fault, string path = "", string? method = null, int times = 1) => Change(() =>
    {
        _faults.Add(new Injection(fault, path, method) { Left = times });
        return fault;
    });

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private T Change<T>(Func<T> change)
    {
        lock (_gate)
        {
            _cluster.Settle();
            return change();
        }
    }

    private FakeProxmoxFault? TakeFault(FakeProxmoxRequest request)
    {
        var injection = _faults.Find(candidate => candidate.Left > 0
            && (candidate.Method is null || string.Equals(candidate.Method, request.Method, StringComparison.Ordinal))
            && request.Path.Contains(candidate.Path, StringComparison.Ordinal));
        if (injection is null)
        {
            return null;
        }

        injection.Left--;
        return injection.Fault;
    }

    private sealed class Injection(FakeProxmoxFault fault, string path, string? method)
    {
        public FakeProxmoxFault Fault { get; } = fault;

        public string Path { get; } = path;

        public string? Method { get; } = method;

        public int Left { get; set; }
    }
}
