namespace EventWatcher.IntegrationTests;

/// <summary>The containers' states as a consumer knows them who lists on a force-reload and follows the events after it. Thread-safe.</summary>
internal sealed class ContainerStates(EngineControl listing)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);

    public async Task FollowAsync(Event item)
    {
        if (item.Action.IsForceReload)
        {
            await ListAsync();
            return;
        }

        lock (_gate)
        {
            switch (item.Action)
            {
                case EventAction.ContainerCreate:
                    _states[item.ActorId] = "created";
                    break;
                case EventAction.ContainerStart or EventAction.ContainerUnpause:
                    _states[item.ActorId] = "running";
                    break;
                case EventAction.ContainerPause:
                    _states[item.ActorId] = "paused";
                    break;
                case EventAction.ContainerDie:
                    _states[item.ActorId] = "exited";
                    break;
                case EventAction.ContainerDestroy:
                    _ = _states.Remove(item.ActorId);
                    break;
            }
        }
    }

    /// <summary>Where what is known and what is true differ; empty when they don't.</summary>
    public string Difference(IEnumerable<ContainerInfo> truth)
    {
        lock (_gate)
        {
            var known = new Dictionary<string, string>(_states, StringComparer.Ordinal);
            var differences = new List<string>();
            foreach (var container in truth)
            {
                _ = known.Remove(container.Id, out var state);
                if (!string.Equals(state, container.State, StringComparison.Ordinal))
                {
                    differences.Add($"{container.Name} is {container.State}, known as {state ?? "absent"}");
                }
            }

            return string.Join(", ", differences.Concat(known.Select(static left => $"{left.Key[..8]} is gone, known as {left.Value}")));
        }
    }

    /// <summary>The engine may have gone again between its word and the list: then it is asked until it is back.</summary>
    private async Task ListAsync()
    {
        IReadOnlyList<ContainerInfo> listed = [];
        await Deadline.UntilAsync(
            async () =>
            {
                try
                {
                    listed = await listing.ListAsync();
                    return true;
                }
                catch (Exception absent) when (absent is HttpRequestException or IOException or TaskCanceledException or EngineException)
                {
                    return false;
                }
            },
            () => "a list of containers",
            TimeSpan.FromMinutes(2));
        lock (_gate)
        {
            _states.Clear();
            foreach (var container in listed)
            {
                _states[container.Id] = container.State;
            }
        }
    }
}
