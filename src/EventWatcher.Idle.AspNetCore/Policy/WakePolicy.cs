using System.Buffers;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Tells requests that use a container from those that must neither wake it nor keep it awake.</summary>
internal sealed class WakePolicy
{
    // What the programs call themselves that only look whether something is there.
    private static readonly string[] Probers =
    [
        "kube-probe/", "GoogleHC/", "ELB-HealthChecker/", "Amazon-Route53-Health-Check", "Consul Health Check", "HealthCheck", "Health-Check",
        "UptimeRobot", "Uptime-Kuma", "StatusCake", "Pingdom", "Site24x7", "Better Uptime", "Prometheus/", "Blackbox Exporter/", "Checkly/",
        "HetrixTools", "NodePing", "Gatus/", "Zabbix", "check_http/", "DatadogSynthetics", "updown.io",
    ];

    // One for all containers: of what clients call themselves only so much is kept.
    private static readonly ProberSearch UsualProbers = new(Probers);

    private readonly SearchValues<string>? _words;
    private readonly IPNetwork[] _networks;
    private readonly bool _bystandersWake;

    public WakePolicy(IdleWakePolicy policy)
    {
        _bystandersWake = policy.Bystanders;
        string[] words = [.. policy.IgnoredUserAgents.Where(static word => word.Length > 0)];
        _words = words.Length > 0 ? SearchValues.Create(words, StringComparison.OrdinalIgnoreCase) : null;
        _networks = [.. policy.IgnoredNetworks.Select(static text => IPNetwork.Parse(text))];
        DormantStatusCode = policy.DormantStatusCode;
    }

    public int DormantStatusCode { get; }

    /// <summary>Gets whether it matters where a request comes from.</summary>
    public bool AsksForClient => _networks.Length > 0;

    /// <summary>Says whether a request is to be answered by whoever is there, or by nobody.</summary>
    /// <param name="request">The request whose headers count.</param>
    /// <param name="path">Its path, which is another one where a proxy tells of it.</param>
    /// <param name="client">Where it comes from; null where that is not known.</param>
    public bool IsIgnored(HttpRequest request, PathString path, IPAddress? client) =>
        IsIgnoredWhileReady(request, path, client) || (!_bystandersWake && IsOldPrefetch(request.Headers));

    /// <summary>
    /// Says the same where the container is ready, at less cost: a prefetch that only says so by the names of former times
    /// keeps awake what it would not have woken.
    /// </summary>
    /// <param name="request">The request whose headers count.</param>
    /// <param name="path">Its path.</param>
    /// <param name="client">Where it comes from; null where that is not known, or <see cref="AsksForClient"/> is false.</param>
    public bool IsIgnoredWhileReady(HttpRequest request, PathString path, IPAddress? client)
    {
        var headers = request.Headers;
        if (headers.UserAgent is { Count: > 0 } agents && agents[0] is { } agent && IsListed(agent))
        {
            return true;
        }

        return (!_bystandersWake && (IsIcon(path) || IsPrefetch(headers))) || (_networks.Length > 0 && IsFromIgnored(client));
    }

    private bool IsListed(string agent) =>
        (!_bystandersWake && UsualProbers.IsIn(agent)) || (_words is { } words && agent.AsSpan().ContainsAny(words));

    private static bool IsIcon(PathString path)
    {
        var text = path.Value.AsSpan();
        return text.Length > 1
            && text[1] is 'f' or 'F' or 'a' or 'A'
            && (text.StartsWith("/favicon", StringComparison.OrdinalIgnoreCase) || text.StartsWith("/apple-touch-icon", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPrefetch(IHeaderDictionary headers) => Says(headers["Sec-Purpose"], "prefetch");

    private static bool IsOldPrefetch(IHeaderDictionary headers) => Says(headers["Purpose"], "prefetch") || Says(headers["X-Moz"], "prefetch");

    private static bool Says(StringValues value, string word) =>
        value.Count > 0 && value[0].AsSpan().TrimStart().StartsWith(word, StringComparison.OrdinalIgnoreCase);

    private bool IsFromIgnored(IPAddress? client)
    {
        if (client is null)
        {
            return false;
        }

        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        foreach (var network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
