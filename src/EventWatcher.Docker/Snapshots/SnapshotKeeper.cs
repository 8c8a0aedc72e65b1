using Microsoft.Extensions.Logging;

namespace EventWatcher.Docker;

/// <summary>
/// Knows what one consumer has been told of the containers, and on request lists them and tells it the difference.
/// </summary>
internal sealed class SnapshotKeeper(
    IDockerEngine engine,
    WatchWriter output,
    DockerFilters filters,
    DockerHubKey settings,
    ILogger logger)
{
    private readonly Dictionary<string, KnownContainer> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly AsyncSignal _requested = new();
    private HashSet<string>? _touched;

    public void Request() => _requested.Set();

    /// <summary>Follows a live event. One that the consumer will not read leaves what it knows as it was.</summary>
    public void Follow(Event item, bool isKept)
    {
        lock (_gate)
        {
            _touched?.Add(item.ActorId);
            if (isKept)
            {
                Apply(item.ActorId, item.ActorName, item.Action);
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        output.OnOverflowRead(Request);
        var registration = cancellationToken.UnsafeRegister(static keeper => ((SnapshotKeeper)keeper!).Request(), this);
        await using (registration.ConfigureAwait(false))
        {
            while (true)
            {
                await _requested.WaitAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    await TellDifferenceAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (DockerEngineException exception)
                {
                    Log.SnapshotFailed(logger, settings.Source, exception.Message);
                    output.ReportError(exception);
                    await Task.Delay(settings.RetryDelay, settings.TimeProvider, cancellationToken).ConfigureAwait(false);
                    Request();
                }
            }
        }
    }

    private async Task TellDifferenceAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _touched = new HashSet<string>(StringComparer.Ordinal);
        }

        var containers = await engine.ListContainersAsync(request: null, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            // What changed while the list was on its way is known better from the live events.
            var touched = _touched;
            _touched = null;
            var listed = containers.Where(container => !touched.Contains(container.Id)).ToDictionary(static container => container.Id, StringComparer.Ordinal);
            foreach (var id in _known.Keys.Where(id => !listed.ContainsKey(id) && !touched.Contains(id)).ToList())
            {
                Tell(id, _known[id].Name, EventAttributes.Empty, SnapshotDifference.Between(_known[id], now: null));
            }

            // Oldest first, as they came to be.
            foreach (var container in listed.Values.OrderBy(static container => container.Created))
            {
                var now = new KnownContainer(container.Name, StatusOf(container));
                KnownContainer? known = _known.TryGetValue(container.Id, out var before) ? before : null;
                Tell(container.Id, container.Name, AttributesOf(container), SnapshotDifference.Between(known, now));
            }
        }
    }

    private static EventAttributes AttributesOf(DockerContainer container) =>
        EventAttributes.Create([new("image", container.Image), new("name", container.Name), .. container.Labels.AsSpan()]);

    private static ContainerStatus StatusOf(DockerContainer container) => container.State switch
    {
        "running" or "restarting" => ContainerStatus.Running,
        "paused" => ContainerStatus.Paused,
        _ => ContainerStatus.Stopped,
    };

    /// <summary>The lock is held.</summary>
    private void Tell(string id, string name, EventAttributes attributes, IEnumerable<EventAction> actions)
    {
        foreach (var action in actions)
        {
            var isWanted = filters.Matches(new DockerEvent("container", action.ToName(), id, attributes.With("name", name), timeNanoseconds: 0));
            var isKept = !isWanted || output.Emit(new Event
            {
                Type = EventType.Docker,
                Action = action,
                ActorId = id,
                ActorName = name,
                ActorAttributes = attributes.With("name", name).With(DockerWatcher.SynthesizedAttribute, "true"),
                Source = settings.Source,
            });
            if (isKept)
            {
                Apply(id, name, action);
            }
        }
    }

    /// <summary>The lock is held.</summary>
    private void Apply(string id, string name, EventAction action)
    {
        _known.TryGetValue(id, out var known);
        ContainerStatus? status = action switch
        {
            EventAction.ContainerCreate => ContainerStatus.Stopped,
            EventAction.ContainerStart or EventAction.ContainerUnpause or EventAction.ContainerRestart => ContainerStatus.Running,
            EventAction.ContainerPause => ContainerStatus.Paused,
            EventAction.ContainerDie => ContainerStatus.Stopped,
            EventAction.ContainerRename => known.Status == ContainerStatus.Missing ? ContainerStatus.Stopped : known.Status,
            _ => null,
        };
        if (action == EventAction.ContainerDestroy)
        {
            _known.Remove(id);
        }
        else if (status is { } next)
        {
            _known[id] = new KnownContainer(name, next);
        }
    }
}
