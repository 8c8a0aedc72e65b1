namespace EventWatcher.Idle.AspNetCore;

/// <summary>All routes as they were at one revision of the manager.</summary>
internal sealed class IdleRouteTable
{
    // What DNS allows is shorter.
    private const int LongestHost = 256;

    private readonly Dictionary<string, IdleRoute> _byName = new(StringComparer.Ordinal);

    // By names in lower case, as nearly all clients send them: those are found at a third of the cost of ignoring case.
    private readonly Dictionary<string, IdleRoute> _byHost = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IdleRoute>.AlternateLookup<ReadOnlySpan<char>> _hosts;
    private readonly bool _matchFirstLabel;

    public IdleRouteTable(int revision, IEnumerable<IdleWatcher> watchers, IdleHttpOptions options, IdleRouteTable? before)
    {
        Revision = revision;
        _matchFirstLabel = options.MatchFirstLabel;
        _hosts = _byHost.GetAlternateLookup<ReadOnlySpan<char>>();

        // In the order of names, so that a host that two claim leads to the same one each time.
        foreach (var watcher in watchers.OrderBy(static watcher => watcher.Name, StringComparer.Ordinal))
        {
            var known = before?.ByName(watcher.Name);
            var held = ReferenceEquals(known?.Watcher, watcher) ? known.Held : new HeldRequests();
            var route = new IdleRoute(watcher, watcher.Options, held);
            _byName[watcher.Name] = route;
            foreach (var alias in route.Options.Aliases)
            {
                _byHost.TryAdd(HostKey.Of(alias), route);
            }

            if (options.MatchContainerNames)
            {
                _byHost.TryAdd(HostKey.Of(watcher.Name), route);
            }
        }

        foreach (var (host, container) in options.Hosts)
        {
            if (ByName(container) is { } route)
            {
                _byHost[HostKey.Of(host)] = route;
            }
        }

        // What says a port and no name, or nothing at all: requests that name no host are not meant.
        _byHost.Remove("");
    }

    public int Revision { get; }

    public IdleRoute? ByName(string name) => _byName.TryGetValue(name, out var route) ? route : null;

    /// <summary>Finds what a host leads to; without an allocation.</summary>
    /// <param name="host">The host, with or without a port.</param>
    public IdleRoute? ByHost(string host) =>
        _byHost.TryGetValue(host, out var route) ? route : _byHost.Count > 0 ? BySpelling(host) : null;

    private IdleRoute? BySpelling(ReadOnlySpan<char> text)
    {
        // A name that ends with a dot is the same name.
        var host = HostKey.WithoutPort(text);
        host = host.EndsWith('.') ? host[..^1] : host;
        return host.ContainsAnyInRange('A', 'Z') ? ByLowerCase(host) : ByKey(host);
    }

    private IdleRoute? ByLowerCase(ReadOnlySpan<char> host)
    {
        Span<char> lower = stackalloc char[LongestHost];
        return host.Length <= LongestHost ? ByKey(lower[..host.ToLowerInvariant(lower)]) : null;
    }

    private IdleRoute? ByKey(ReadOnlySpan<char> host)
    {
        if (_hosts.TryGetValue(host, out var route))
        {
            return route;
        }

        return _matchFirstLabel && host.IndexOf('.') is var dot and > 0 && _hosts.TryGetValue(host[..dot], out route) ? route : null;
    }
}
