using System.Globalization;
using System.Text.Json;

namespace EventWatcher.Proxmox;

// What is asked of the API.
internal sealed partial class ProxmoxClient
{
    /// <summary>Lists all guests that may be seen: id and node exact, the state some seconds old.</summary>
    public async Task<ProxmoxAnswer<IReadOnlyList<ProxmoxResource>>> GetResourcesAsync(CancellationToken cancellationToken) =>
        WithoutHoles(await GetAsync("/cluster/resources?type=vm", ProxmoxJson.Default.Resources, cancellationToken).ConfigureAwait(false));

    /// <summary>Lists the running tasks and the latest others; nothing without <c>Sys.Audit</c> on <c>/</c>.</summary>
    public async Task<ProxmoxAnswer<IReadOnlyList<ProxmoxTaskEntry>>> GetTasksAsync(CancellationToken cancellationToken) =>
        WithoutHoles(await GetAsync("/cluster/tasks", ProxmoxJson.Default.Tasks, cancellationToken).ConfigureAwait(false));

    /// <summary>Lists the latest tasks of one guest on one node, without delay; our own only, without <c>Sys.Audit</c>.</summary>
    public async Task<IReadOnlyList<ProxmoxTaskEntry>> GetTasksOfAsync(string node, GuestId id, CancellationToken cancellationToken) => WithoutHoles(await GetAsync(
        string.Create(CultureInfo.InvariantCulture, $"/nodes/{Uri.EscapeDataString(node)}/tasks?source=all&vmid={id.Vmid}&limit=20"),
        ProxmoxJson.Default.Tasks,
        cancellationToken).ConfigureAwait(false)).Data;

    /// <summary>Reads one guest's exact state.</summary>
    public Task<ProxmoxAnswer<ProxmoxGuestStatus>> GetStatusAsync(string node, GuestId id, CancellationToken cancellationToken) =>
        GetAsync(PathOf(node, id) + "/status/current", ProxmoxJson.Default.GuestStatus, cancellationToken);

    /// <summary>Begins an action.</summary>
    /// <returns>The task's identifier.</returns>
    public async Task<string> ActAsync(string node, GuestId id, string action, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken) =>
        (await PostAsync($"{PathOf(node, id)}/status/{action}", parameters, ProxmoxJson.Default.Text, cancellationToken).ConfigureAwait(false)).Data;

    public async Task<ProxmoxTaskStatus> GetTaskStatusAsync(string node, string upid, CancellationToken cancellationToken) =>
        (await GetAsync($"/nodes/{Uri.EscapeDataString(node)}/tasks/{EscapeUpid(upid)}/status", ProxmoxJson.Default.TaskStatus, cancellationToken).ConfigureAwait(false)).Data;

    public async Task<IReadOnlyDictionary<string, JsonElement>> GetConfigurationAsync(string node, GuestId id, CancellationToken cancellationToken) =>
        (await GetAsync(PathOf(node, id) + "/config", ProxmoxJson.Default.Configuration, cancellationToken).ConfigureAwait(false)).Data;

    /// <summary>Lists a running container's interfaces.</summary>
    public async Task<IReadOnlyList<ProxmoxInterface>> GetInterfacesAsync(string node, GuestId id, CancellationToken cancellationToken) =>
        WithoutHoles(await GetAsync(PathOf(node, id) + "/interfaces", ProxmoxJson.Default.Interfaces, cancellationToken).ConfigureAwait(false)).Data;

    /// <summary>Lists a running machine's interfaces, where the guest agent runs in it.</summary>
    public async Task<IReadOnlyList<ProxmoxInterface>> GetAgentInterfacesAsync(string node, GuestId id, CancellationToken cancellationToken) =>
        (await GetAsync(PathOf(node, id) + "/agent/network-get-interfaces", ProxmoxJson.Default.AgentInterfaces, cancellationToken).ConfigureAwait(false)).Data.Result?.OfType<ProxmoxInterface>().ToList() ?? [];

    /// <summary>Finds out whether the node that is spoken to belongs to a majority. Needs <c>Sys.Audit</c> on <c>/</c>.</summary>
    public async Task<bool> IsQuorateAsync(CancellationToken cancellationToken)
    {
        var members = WithoutHoles(await GetAsync("/cluster/status", ProxmoxJson.Default.ClusterMembers, cancellationToken).ConfigureAwait(false)).Data;

        // A single node has no cluster, and decides alone.
        return members.FirstOrDefault(static member => member.Type is "cluster") is not { Quorate: not 1 };
    }

    /// <summary>Finds out what the token or user may do: privileges by path.</summary>
    public async Task<IReadOnlyDictionary<string, Dictionary<string, long?>>> GetPermissionsAsync(CancellationToken cancellationToken) =>
        (await GetAsync("/access/permissions", ProxmoxJson.Default.Permissions, cancellationToken).ConfigureAwait(false)).Data
            .Where(static entry => entry.Value is not null)
            .ToDictionary(StringComparer.Ordinal);

    // A list of Perl's may have undefined places.
    private static ProxmoxAnswer<IReadOnlyList<T>> WithoutHoles<T>(ProxmoxAnswer<IReadOnlyList<T>> answer)
        where T : class => answer.Data.Contains(null!) ? answer with { Data = [.. answer.Data.OfType<T>()] } : answer;

    private static string PathOf(string node, GuestId id) =>
        string.Create(CultureInfo.InvariantCulture, $"/nodes/{Uri.EscapeDataString(node)}/{id.KindWord}/{id.Vmid}");

    // As everybody writes them, and not with every colon escaped.
    private static string EscapeUpid(string upid) => Uri.EscapeDataString(upid)
        .Replace("%3A", ":", StringComparison.Ordinal).Replace("%40", "@", StringComparison.Ordinal).Replace("%21", "!", StringComparison.Ordinal);
}
