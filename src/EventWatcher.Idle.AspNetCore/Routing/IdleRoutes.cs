using Microsoft.AspNetCore.Http.Features;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Finds the container that a request is for. Thread-safe; without an allocation while nothing changes.</summary>
internal sealed class IdleRoutes
{
    private readonly Lock _gate = new();
    private readonly IdleManager _manager;
    private readonly IdleHttpOptions _options;
    private readonly Func<HttpContext, string?>? _containerOf;
    private readonly KeyValuePair<PathString, string>[] _paths;
    private volatile IdleRouteTable _table;

    public IdleRoutes(IdleManager manager, IdleHttpOptions options)
    {
        _manager = manager;
        _options = options;
        _containerOf = options.ContainerOf;
        _paths = [.. options.Paths
            .OrderByDescending(static pair => pair.Key.Length)
            .Select(static pair => KeyValuePair.Create(new PathString(pair.Key.TrimEnd('/')), pair.Value))];
        _table = new IdleRouteTable(manager.Revision, manager.Watchers, options, before: null);
    }

    private IdleRouteTable Table => _table is var table && table.Revision == _manager.Revision ? table : Renew();

    /// <summary>Finds a request's container.</summary>
    /// <param name="context">The request.</param>
    /// <param name="endpoint">Its endpoint, where routing has chosen one.</param>
    /// <param name="isUnknown">True where a container is named that is not managed.</param>
    /// <returns>The route; null where the request is for no container.</returns>
    public IdleRoute? Find(HttpContext context, Endpoint? endpoint, out bool isUnknown)
    {
        isUnknown = false;
        var needed = endpoint?.Metadata.GetMetadata<IdleContainerMetadata>();
        if (needed is { Name: "" })
        {
            return null;
        }

        var table = Table;
        if ((needed?.Name ?? NameOf(context)) is { } name)
        {
            var named = table.ByName(name);
            isUnknown = named is null;
            return named;
        }

        // The header itself: HttpRequest.Host decodes names of other alphabets, at a cost, and throws where they are none.
        return table.ByHost(context.Request.Headers.Host.ToString());
    }

    /// <summary>Gets what routing has chosen. By the feature's type, which a server answers in half the time that <c>GetEndpoint</c> takes.</summary>
    public static Endpoint? EndpointOf(HttpContext context) => ((IEndpointFeature?)context.Features[typeof(IEndpointFeature)])?.Endpoint;

    /// <summary>Finds the container of a request that another proxy has told of.</summary>
    public IdleRoute? Find(string host, PathString path)
    {
        var table = Table;
        return NameByPath(path) is { } name ? table.ByName(name) : table.ByHost(host);
    }

    /// <summary>Finds a container by the name in a path, in which a server leaves slashes encoded.</summary>
    public IdleRoute? ByName(string name)
    {
        var table = Table;
        return table.ByName(name) ?? (name.Contains('%', StringComparison.Ordinal) ? table.ByName(name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)) : null);
    }

    private string? NameOf(HttpContext context) =>
        _containerOf?.Invoke(context) ?? (_paths.Length > 0 ? NameByPath(context.Request.Path) : null);

    private string? NameByPath(PathString path)
    {
        foreach (var (prefix, name) in _paths)
        {
            if (path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return null;
    }

    private IdleRouteTable Renew()
    {
        lock (_gate)
        {
            // Read before the watchers: what comes meanwhile makes for another turn, and is not overlooked.
            var revision = _manager.Revision;
            return _table.Revision == revision ? _table : _table = new IdleRouteTable(revision, _manager.Watchers, _options, _table);
        }
    }
}
