using System.Globalization;
using System.Text.Json;
using EventWatcher.TestKit;

namespace EventWatcher.Proxmox.Tests;

/// <summary>
/// A real cluster, where the environment names one at build time and at run time: EVENTWATCHER_PROXMOX_LIVE_ENDPOINT, …_TOKEN, …_FINGERPRINT,
/// …_TEMPLATE, a stopped guest to be cloned (<c>lxc/900</c>) that runs until it is told to stop, and …_VMIDS, the first of a thousand numbers that are free.
/// The token may clone and destroy (<c>VM.Clone</c>, <c>VM.Allocate</c>, <c>Datastore.AllocateSpace</c>) besides what the library needs.
/// </summary>
internal sealed class LiveCluster : IAsyncDisposable
{
    private const string Prefix = "EVENTWATCHER_PROXMOX_LIVE_";

    private readonly HttpMessageInvoker _http;
    private readonly ProxmoxConnection _connection;
    private readonly GuestId _template;
    private readonly List<GuestId> _made = [];
    private int _next = int.Parse(Variable("VMIDS"), CultureInfo.InvariantCulture) + Random.Shared.Next(900);

    public LiveCluster()
    {
        _connection = ProxmoxOptionsValidator.Instance.Resolve(Options);
        _http = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = ProxmoxTls.OptionsFor(_connection), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3) });
        Assert.True(GuestId.TryParse(Variable("TEMPLATE"), out _template));
    }

    public static ProxmoxWatcherOptions Options => new()
    {
        Endpoint = Variable("ENDPOINT"),
        Cluster = "live",
        Token = Variable("TOKEN"),
        Fingerprint = Variable("FINGERPRINT"),
        TasksInterval = TimeSpan.FromMilliseconds(500),
    };

    public static bool HasMachines => Variable("TEMPLATE").StartsWith("qemu", StringComparison.Ordinal);

    /// <summary>Clones the template.</summary>
    public async Task<ContainerId> CloneAsync(string? name = null)
    {
        var id = _template with { Vmid = ++_next };
        _made.Add(id);
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["newid"] = id.Vmid.ToString(CultureInfo.InvariantCulture) };
        if (name is not null)
        {
            form[id.IsContainer ? "hostname" : "name"] = name;
        }

        await RunAsync(HttpMethod.Post, await PathOfAsync(_template) + "/clone", form);
        return new ContainerId(id.Qualified("live"));
    }

    /// <summary>Stops a clone and destroys it; nothing if it is gone.</summary>
    public async Task DestroyAsync(ContainerId id)
    {
        Assert.True(GuestId.TryParse(id.Value.AsSpan(id.Value.IndexOf('/') + 1), out var guest));
        if (!_made.Remove(guest))
        {
            return;
        }

        await using (var provider = new ProxmoxContainerProvider(Options))
        {
            await provider.StopAsync(id, timeout: TimeSpan.Zero);
        }

        await RunAsync(HttpMethod.Delete, await PathOfAsync(guest), form: null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _made.ToList())
        {
            await DestroyAsync(new ContainerId(id.Qualified("live")));
        }

        _http.Dispose();
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(Prefix + name) ?? throw new InvalidOperationException($"{Prefix}{name} is not set.");

    private async Task<string> PathOfAsync(GuestId id)
    {
        var data = await SendAsync(HttpMethod.Get, "/cluster/resources?type=vm", form: null);
        var node = data.EnumerateArray().Single(row => row.GetProperty("id").GetString() == id.ToString()).GetProperty("node").GetString();
        return $"/nodes/{node}/{id}";
    }

    private async Task RunAsync(HttpMethod method, string path, Dictionary<string, string>? form)
    {
        var upid = (await SendAsync(method, path, form)).GetString()!;
        var node = ProxmoxUpid.TryParse(upid)!.Node;
        await Eventually.TrueAsync(
            async () => (await SendAsync(HttpMethod.Get, $"/nodes/{node}/tasks/{upid}/status", form: null)) is var status
                && status.GetProperty("status").GetString() == "stopped"
                && (status.GetProperty("exitstatus").GetString() is "OK" ? true : throw new InvalidOperationException(status.ToString())),
            TimeSpan.FromMinutes(3));
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, Dictionary<string, string>? form)
    {
        using var request = new HttpRequestMessage(method, new Uri(_connection.Endpoint, "/api2/json" + path)) { Content = form is null ? null : new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Authorization", "PVEAPIToken=" + Variable("TOKEN"));
        using var response = await _http.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement.GetProperty("data").Clone();
    }
}
