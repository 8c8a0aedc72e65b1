namespace EventWatcher.Idle;

/// <summary>The probes that containers share. One of each kind and path; thread-safe.</summary>
internal sealed class HealthProbes(TimeProvider timeProvider) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HttpHealthProbe> _http = new(StringComparer.Ordinal);
    private readonly TcpHealthProbe _tcp = new(timeProvider);
    private readonly ContainerHealthProbe _container = new();

    public IHealthProbe For(IdleContainerOptions options)
    {
        if (options.HealthProbe is { } custom)
        {
            return custom;
        }

        return options.Probe switch
        {
            ProbeKind.Http => Http(options.ProbePath),
            ProbeKind.Container => _container,
            ProbeKind.Tcp => _tcp,
            ProbeKind.Auto when options.Port is not null || options.Address is not null => _tcp,
            _ => RunningProbe.Instance,
        };
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var probe in _http.Values)
            {
                probe.Dispose();
            }

            _http.Clear();
        }
    }

    private HttpHealthProbe Http(string path)
    {
        lock (_gate)
        {
            if (!_http.TryGetValue(path, out var probe))
            {
                _http.Add(path, probe = new HttpHealthProbe(path));
            }

            return probe;
        }
    }
}
