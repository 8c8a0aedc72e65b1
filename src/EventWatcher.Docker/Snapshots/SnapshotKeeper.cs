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

    /// <summary>
    /// Emits a live event, if it is wanted, and follows it. One that the consumer will not read leaves what it knows
    /// as it was. All in one step, or a list could be told between them.
    /// </summary>
    public void Offer(Event item, bool isWanted)
    {
        lock (_gate)
        {
            _touched?.Add(item.ActorId);
            if (!isWanted || output.Emit(item))
            {
                Apply(item.ActorId, item.ActorName, item.Action, EventAttributes.From(item.ActorAttributes));
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        output.OnOverflowRead(Request);
        var registration = cancellationToken.UnsafeRegister(static keeper => ((SnapshotKeeper)keeper!).Request(), this);
        await using (registration.ConfigureAwait(false))
        {
            var hasFailed = false;
            while (true)
            {
                await _requested.WaitAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    var isWhole = await TellDifferenceAsync(cancellationToken).ConfigureAwait(false);
                    hasFailed = false;
                    if (isWhole)
                    {
                        continue;
                    }
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    Log.SnapshotFailed(logger, settings.Source, exception.Message);
                    if (!hasFailed)
                    {
                        hasFailed = true;
                        output.ReportError(exception);
                    }
                }

                await Task.Delay(settings.RetryDelay, settings.TimeProvider, cancellationToken).ConfigureAwait(false);
                Request();
            }
        }
    }

    /// <summary>Lists the containers and tells what is not known of them yet.</summary>
    /// <returns>Whether that is all; false where a container changed at the same time.</returns>
    private async Task<bool> TellDifferenceAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _touched = new HashSet<string>(StringComparer.Ordinal);
        }

        var containers = await engine.ListContainersAsync(request: null, cancellationToken).ConfigureAwait(false);
        bool isWhole;
        lock (_gate)
        {
            // What changed while the list was on its way may be known better from the live events. Where the two do not
            // agree, another list decides.
            var touched = _touched;
            _touched = null;
            var listed = containers.ToDictionary(static container => container.Id, StringComparer.Ordinal);
            isWhole = touched.All(id => AgreesWith(listed, id));
            foreach (var id in _known.Keys.Where(id => !listed.ContainsKey(id) && !touched.Contains(id)).ToList())
            {
                Tell(id, _known[id], now: null);
            }

            // Oldest first, as they came to be.
            foreach (var container in containers.Where(container => !touched.Contains(container.Id)).OrderBy(static container => container.Created))
            {
                Tell(container.Id, KnownOf(container.Id), Known(container));
            }
        }

        return isWhole;
    }

    private bool AgreesWith(Dictionary<string, DockerContainer> listed, string id)
    {
        KnownContainer? now = listed.TryGetValue(id, out var container) ? Known(container) : null;
        return !SnapshotDifference.Between(KnownOf(id), now).Any();
    }

    private KnownContainer? KnownOf(string id) => _known.TryGetValue(id, out var known) ? known : null;

    private static KnownContainer Known(DockerContainer container) => new(container.Name, StatusOf(container), AttributesOf(container));

    private static EventAttributes AttributesOf(DockerContainer container) =>
        EventAttributes.Create([new("image", container.Image), new("name", container.Name), .. container.Labels.AsSpan()]);

    /// <summary>One that waits for its restart has died, and its start is yet to come.</summary>
    private static ContainerStatus StatusOf(DockerContainer container) => DockerStates.StatusOf(container.State) switch
    {
        ContainerStatus.Running => ContainerStatus.Running,
        ContainerStatus.Paused => ContainerStatus.Paused,
        _ => ContainerStatus.Stopped,
    };

    /// <summary>The lock is held.</summary>
    private void Tell(string id, KnownContainer? known, KnownContainer? now)
    {
        var (name, _, attributes) = (now ?? known)!.Value;
        attributes = attributes.With("name", name);
        foreach (var action in SnapshotDifference.Between(known, now))
        {
            var isWanted = filters.Matches(new DockerEvent("container", action.ToName(), id, attributes, timeNanoseconds: 0));
            var isKept = !isWanted || output.Emit(new Event
            {
                Type = EventType.Docker,
                Action = action,
                ActorId = id,
                ActorName = name,
                ActorAttributes = attributes.With(DockerWatcher.SynthesizedAttribute, "true"),
                Source = settings.Source,
            });
            if (!isKept)
            {
                // The consumer is behind; the rest is told when it has caught up.
                return;
            }

            Apply(id, name, action, attributes);
        }
    }

    /// <summary>The lock is held.</summary>
    private void Apply(string id, string name, EventAction action, EventAttributes attributes)
    {
        var known = KnownOf(id);
        ContainerStatus? status = action switch
        {
            EventAction.ContainerCreate => ContainerStatus.Stopped,
            EventAction.ContainerStart or EventAction.ContainerUnpause or EventAction.ContainerRestart => ContainerStatus.Running,
            EventAction.ContainerPause => ContainerStatus.Paused,
            EventAction.ContainerDie => ContainerStatus.Stopped,
            EventAction.ContainerRename => known?.Status ?? ContainerStatus.Stopped,
            _ => null,
        };
        if (action == EventAction.ContainerDestroy)
        {
            _known.Remove(id);
        }
        else if (status is { } next)
        {
            // Labels and image stay what they were; what later events say beside them is of those events alone.
            _known[id] = new KnownContainer(name, next, known?.Attributes ?? attributes);
        }
    }
}
