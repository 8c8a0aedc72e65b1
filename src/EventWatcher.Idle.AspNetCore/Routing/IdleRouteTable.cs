namespace EventWatcher.Idle.AspNetCore;

/// <summary>All routes as they were at one revision of the manager.</summary>
internal sealed class IdleRouteTable
{
    private readonly Dictionary<string, IdleRoute> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IdleRoute> _byHost = new(StringComparer.OrdinalIgnoreCase);
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
    }

    public int Revision { get; }

    public IdleRoute? ByName(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Finds what a host leads to; without an allocation.</summary>
    /// <param name="host">The host, with or without a port.</param>
    public IdleRoute? ByHost(ReadOnlySpan<char> host)
    {
        if (_byHost.Count == 0)
        {
            return null;
        }

        host = WithoutPort(host);
        if (_hosts.TryGetValue(host, out var route))
        {
            return route;
        }

        // A name that ends with a dot is the same name.
        if (host.EndsWith('.') && _hosts.TryGetValue(host[..^1], out route))
        {
            return route;
        }

        return _matchFirstLabel && host.IndexOf('.') is var dot and > 0 && _hosts.TryGetValue(host[..dot], out route) ? route : null;
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var end = host.IndexOf(']');
            return end < 0 ? host : host[1..end];
        }

        var colon = host.LastIndexOf(':');
        return colon < 0 ? host : host[..colon];
    }
}
