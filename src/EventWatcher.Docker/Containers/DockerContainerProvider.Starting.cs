namespace EventWatcher.Docker;

/// <summary>Starting.</summary>
public sealed partial class DockerContainerProvider
{
    private const int MaxStarts = 5;

    private async Task StartCoreAsync(ContainerId id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxStarts; attempt++)
        {
            if (await TryStartAsync(id, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            var details = await _engine.InspectContainerAsync(id.Value, cancellationToken).ConfigureAwait(false);
            switch (DockerStates.StatusOf(details.State))
            {
                case ContainerStatus.Paused:
                    throw new ContainerConflictException(id, $"Container {id} is paused; unpause it instead of starting it.");
                case ContainerStatus.Starting:
                    return;
                case ContainerStatus.Running:
                    var remaining = await new StopDetector(_engine, _timeProvider).RemainingAsync(details, cancellationToken).ConfigureAwait(false);
                    if (remaining <= TimeSpan.Zero
                        || !await WaitForEndAsync(id, details.State.StartedAt, remaining, cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    break;
                default:
                    // It has ended between the two calls.
                    break;
            }
        }

        throw new ContainerOperationException(id, $"Container {id} was started {MaxStarts} times, and was stopped again each time.");
    }

    private async Task<bool> TryStartAsync(ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            return await _engine.StartContainerAsync(id.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerServerException refusal)
        {
            // Podman's words for a paused one are those of a server error.
            var state = await StateAfterAsync(id, refusal, cancellationToken).ConfigureAwait(false);
            throw state is ContainerStatus.Paused ? new ContainerConflictException(id, refusal.Message, refusal) : ContainerFaults.Of(id, refusal);
        }
    }

    /// <summary>Waits until a container's present run has ended; being gone, or running again, counts as ended.</summary>
    /// <returns>Whether it has, within the time.</returns>
    private async Task<bool> WaitForEndAsync(ContainerId id, DateTimeOffset? startedAt, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var began = _timeProvider.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var state = (await _engine.InspectContainerAsync(id.Value, cancellationToken).ConfigureAwait(false)).State;
                if (DockerStates.StatusOf(state) is not (ContainerStatus.Running or ContainerStatus.Paused) || state.StartedAt != startedAt)
                {
                    return true;
                }
            }
            catch (DockerNotFoundException)
            {
                return true;
            }

            var left = atMost == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : atMost - _timeProvider.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Task.Delay(pause < left ? pause : left, _timeProvider, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
