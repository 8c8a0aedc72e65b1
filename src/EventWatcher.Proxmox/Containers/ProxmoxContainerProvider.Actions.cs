using System.Globalization;

namespace EventWatcher.Proxmox;

/// <summary>Starting, stopping, killing, pausing.</summary>
public sealed partial class ProxmoxContainerProvider
{
    /// <summary>What the cluster gives a guest to shut down where nothing is said.</summary>
    private static readonly TimeSpan DefaultStopTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public Task StartAsync(ContainerId id, CancellationToken cancellationToken = default) => OnGuestAsync("start", id, async (guest, state, time) =>
    {
        if (state is GuestState.Paused)
        {
            throw new ContainerConflictException(id, $"Guest {guest.Id} is paused; unpause it instead of starting it.");
        }

        if (state is not GuestState.Running)
        {
            await ActAsync(guest, "start", NoParameters, GuestState.Running, time, _options.ActionTimeout, cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// Asks the guest to shut down, and stops it hard when it has not in time (one minute where nothing is said, never where
    /// the time is infinite). Without any time it is stopped at once. A machine that is paused goes on first.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative (other than infinite), or more than a day.</exception>
    public Task StopAsync(ContainerId id, string? signal = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        if (timeout is { } given && given != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.Zero, nameof(timeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(given, OneDay, nameof(timeout));
        }

        return OnGuestAsync("stop", id, async (guest, state, time) =>
        {
            if (signal is not null)
            {
                throw new ContainerOperationNotSupportedException(id, $"Proxmox VE knows no stop signal, so {signal} can't be sent to {guest.Id}. Leave it out.");
            }

            if (state is GuestState.Stopped)
            {
                return;
            }

            if (state is GuestState.Paused && timeout != TimeSpan.Zero)
            {
                await ActAsync(guest, "resume", NoParameters, GuestState.Running, time, _options.ActionTimeout, cancellationToken).ConfigureAwait(false);
            }

            await (timeout == TimeSpan.Zero ? KillCoreAsync(guest, time, cancellationToken) : ShutDownAsync(guest, time, timeout ?? DefaultStopTimeout, cancellationToken)).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ContainerOperationNotSupportedException"><paramref name="signal"/> is another than <c>KILL</c>.</exception>
    public Task KillAsync(ContainerId id, string? signal = null, CancellationToken cancellationToken = default) => OnGuestAsync("kill", id, async (guest, state, time) =>
    {
        if (signal?.ToUpperInvariant() is not (null or "KILL" or "SIGKILL"))
        {
            throw new ContainerOperationNotSupportedException(id, $"Proxmox VE knows no signals, so {signal} can't be sent to {guest.Id}.");
        }

        if (state is GuestState.Stopped)
        {
            throw new ContainerConflictException(id, $"Guest {guest.Id} does not run.");
        }

        await KillCoreAsync(guest, time, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Containers only where <see cref="ProxmoxOptions.AllowContainerCheckpoints"/> is set; they show as stopped then.</remarks>
    public Task PauseAsync(ContainerId id, CancellationToken cancellationToken = default) => OnGuestAsync("pause", id, async (guest, state, time) =>
    {
        RequirePausable(id, guest);
        if (state is GuestState.Stopped)
        {
            throw new ContainerConflictException(id, $"Guest {guest.Id} does not run.");
        }

        if (state is not GuestState.Paused)
        {
            var wanted = guest.Id.IsContainer ? GuestState.Stopped : GuestState.Paused;
            await ActAsync(guest, "suspend", NoParameters, wanted, time, _options.ActionTimeout, cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <inheritdoc/>
    public Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken = default) => OnGuestAsync("unpause", id, async (guest, state, time) =>
    {
        RequirePausable(id, guest);
        if (state is GuestState.Stopped && !guest.Id.IsContainer)
        {
            throw new ContainerConflictException(id, $"Guest {guest.Id} does not run.");
        }

        if (state is not GuestState.Running)
        {
            await ActAsync(guest, "resume", NoParameters, GuestState.Running, time, _options.ActionTimeout, cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <summary>Does something to a guest as it is now: its state, and the server's time then.</summary>
    private Task OnGuestAsync(string name, ContainerId id, Func<Suspicion, GuestState, DateTimeOffset, Task> action, CancellationToken cancellationToken) =>
        ProxmoxContainerFaults.TranslateAsync(name, id, () => _finder.OnGuestAsync(
            id,
            async guest =>
            {
                var status = await _client.GetStatusAsync(guest.Node, guest.Id, cancellationToken).ConfigureAwait(false);
                await action(guest, GuestStates.Of(status.Data), status.ServerTime).ConfigureAwait(false);
                return status;
            },
            cancellationToken));

    private void RequirePausable(ContainerId id, Suspicion guest)
    {
        if (guest.Id.IsContainer && !_options.AllowContainerCheckpoints)
        {
            throw new ContainerOperationNotSupportedException(
                id, $"Proxmox VE pauses containers by checkpoints, which are experimental. Set {nameof(ProxmoxOptions.AllowContainerCheckpoints)} to pause {guest.Id} all the same, or stop it instead.");
        }
    }

    private Task ShutDownAsync(Suspicion guest, DateTimeOffset time, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var isPatient = timeout == Timeout.InfiniteTimeSpan;
        var seconds = isPatient ? OneDay : timeout;
        var parameters = new List<KeyValuePair<string, string>> { new("timeout", Math.Ceiling(seconds.TotalSeconds).ToString(CultureInfo.InvariantCulture)) };
        if (!isPatient)
        {
            parameters.Add(new("forceStop", "1"));
        }

        return ActAsync(guest, "shutdown", parameters, GuestState.Stopped, time, seconds + _options.ActionTimeout, cancellationToken);
    }

    private async Task KillCoreAsync(Suspicion guest, DateTimeOffset time, CancellationToken cancellationToken)
    {
        try
        {
            // A shutdown that is under way would hold the guest's lock.
            await ActAsync(guest, "stop", [new("overrule-shutdown", "1")], GuestState.Stopped, time, _options.ActionTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (ProxmoxServerException refusal) when (refusal.Status == 400)
        {
            // Versions before 8.2 don't know the parameter.
            await ActAsync(guest, "stop", NoParameters, GuestState.Stopped, time, _options.ActionTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ActAsync(
        Suspicion guest, string action, IReadOnlyList<KeyValuePair<string, string>> parameters, GuestState wanted, DateTimeOffset since, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var isKnown = false;
        _touched[guest.Id] = _timeProvider.GetTimestamp();
        _watcher.Hub?.Expect(guest.Id, guest.Node, wanted, timeout);
        try
        {
            var outcome = await Actions.RunAsync(guest, action, parameters, wanted, since, timeout, cancellationToken).ConfigureAwait(false);
            isKnown = true;
            if (outcome.StartsWith("WARNINGS", StringComparison.Ordinal))
            {
                Log.TaskWarned(_logger, _client.Cluster, action, guest.Id, outcome);
            }
        }
        catch (ProxmoxException exception)
        {
            isKnown = exception is not (ProxmoxUnreachableException or ProxmoxNodeUnreachableException);
            throw;
        }
        finally
        {
            _touched[guest.Id] = _timeProvider.GetTimestamp();
            _watcher.Hub?.Conclude(guest.Id, guest.Node, isKnown);
        }
    }
}
