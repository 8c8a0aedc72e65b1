using System.Diagnostics;

namespace EventWatcher.Proxmox;

// The first look, and the two loops that suspect.
internal sealed partial class ProxmoxHub
{
    private const string HiddenCondition = "hidden";
    private const string BlindCondition = "blind";
    private const string NodeCondition = "node/";
    private const string Audit = "Sys.Audit";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMinutes(5);

    private DateTimeOffset _probedAt;

    private bool IsAfterOutage => _conditions.Keys.Any(IsApi) || Now - _recoveredAt < GuestLedger.Staleness;

    /// <summary>Looks at all guests for the first time, until that succeeds. Nothing is said of what is found.</summary>
    private async Task StandAsync()
    {
        for (var failures = 0; ;)
        {
            try
            {
                await LookAsync(_stop.Token).ConfigureAwait(false);
                break;
            }
            catch (ProxmoxException exception)
            {
                failures++;
                ProxmoxTelemetry.PollFailed("first");
                Set(ApiCondition, exception);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A defect of ours, or an answer that nobody has thought of; it may be another one the next time.
                failures++;
                Log.PollFailed(_logger, Source, "first", exception);
                Set(ApiCondition, new WatcherException(Source, $"{Source}: the first look failed: {exception.Message}", exception));
            }

            await Clock.SleepAsync(PauseAfter(failures, FirstPause), _stop.Token).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _isStanding = true;
            _conditions.Remove(ApiCondition);
            foreach (var output in _outputs)
            {
                output.SetReady();
                foreach (var condition in _conditions.Values)
                {
                    output.SetInterrupted(condition);
                }
            }
        }

        Log.Standing(_logger, Source, _ledger.Guests.Count);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var activity = ProxmoxTelemetry.StartConnect(Source);
        try
        {
            await ProbeAsync(cancellationToken).ConfigureAwait(false);
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            throw;
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        // The tasks first: what begins after this list was made is suspected by the loop.
        var tasks = _seesTasks ? (await _client.GetTasksAsync(cancellationToken).ConfigureAwait(false)).Data : [];
        var resources = await _client.GetResourcesAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Suspicion> suspicions;
        lock (_gate)
        {
            _ledger.OnTasks(tasks);
            suspicions = _ledger.Begin(resources.Data, resources.ServerTime, Now);
        }

        await Parallel.ForEachAsync(
            suspicions,
            new ParallelOptions { MaxDegreeOfParallelism = _key.MaxConfirmations, CancellationToken = cancellationToken },
            async (suspicion, token) =>
            {
                if (await AskAsync(suspicion, isSynthesized: false, token).ConfigureAwait(false) is { } confirmation)
                {
                    lock (_gate)
                    {
                        _ledger.Settle(confirmation, Now);
                    }
                }
            }).ConfigureAwait(false);
        WatchConditions();
    }

    /// <summary>Finds out what we may see. Without the right one the list of tasks is empty, and doesn't say why.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var permissions = await _client.GetPermissionsAsync(cancellationToken).ConfigureAwait(false);
        if (permissions.Values.Any(static privileges => privileges.GetValueOrDefault("VM.Audit") is not (null or 0)))
        {
            Clear(BlindCondition);
        }
        else
        {
            Set(BlindCondition, new ProxmoxForbiddenException(
                _client.Cluster, "VM.Audit", "/vms", $"{_client.Cluster}: no guest may be seen. Give the token (and its user) VM.Audit on /vms, or on the guests concerned."));
        }

        var seesTasks = permissions.TryGetValue("/", out var root) && root.GetValueOrDefault(Audit) is not (null or 0);
        lock (_gate)
        {
            var isFirst = _probedAt == default;
            _probedAt = Now;
            if (seesTasks == _seesTasks && !isFirst)
            {
                return;
            }

            _seesTasks = seesTasks;
            if (seesTasks)
            {
                return;
            }

            var reason = new ProxmoxForbiddenException(
                _client.Cluster,
                Audit,
                "/",
                $"{_client.Cluster}: without {Audit} on / the list of tasks stays empty: changes are seen some seconds later, and who asked for them is not known. Give the token (and its user) {Audit} on /.");
            foreach (var output in _outputs)
            {
                output.ReportError(reason);
            }
        }

        Log.TasksAreHidden(_logger, Source);
    }

    private async Task PollTasksAsync(CancellationToken cancellationToken)
    {
        if (!_seesTasks)
        {
            if (Now - _probedAt < ProbeInterval)
            {
                return;
            }

            await ProbeAsync(cancellationToken).ConfigureAwait(false);
            if (!_seesTasks)
            {
                return;
            }
        }

        var answer = await _client.GetTasksAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            var (suspicions, isComplete) = _ledger.OnTasks(answer.Data);
            if (_hasMissed)
            {
                _hasMissed = false;
                if (!isComplete)
                {
                    ForceReload("more tasks ran during an outage than the cluster remembers");
                }
            }

            Suspect(suspicions);
        }
    }

    private async Task PollResourcesAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.GetResourcesAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            var suspicions = _ledger.OnResources(answer.Data, answer.ServerTime, Now);
            if (_hasMissed && !_seesTasks)
            {
                _hasMissed = false;
                ForceReload("without the list of tasks nobody knows what happened during an outage");
            }

            Suspect(suspicions);
        }

        if (answer.Data.Count > 0)
        {
            Clear(BlindCondition);
        }

        WatchConditions();
    }

    /// <summary>Says which nodes are not heard, and whether guests are hidden from us.</summary>
    private void WatchConditions()
    {
        HashSet<string> silent;
        int hidden;
        List<string> heard;
        lock (_gate)
        {
            _unreachable.RemoveWhere(node => !_ledger.HasDoubts(node));
            silent = [.. _ledger.SilentNodes, .. _unreachable];
            hidden = _ledger.HiddenCount;
            heard = [.. _conditions.Keys.Where(key => key.StartsWith(NodeCondition, StringComparison.Ordinal) && !silent.Contains(key[NodeCondition.Length..]))];
        }

        foreach (var node in silent)
        {
            Set(NodeCondition + node, new ProxmoxNodeUnreachableException(
                _client.Cluster, node, $"{_client.Cluster}: node {node} is not heard by the others. What is known of its guests is kept until it is."));
        }

        foreach (var condition in heard)
        {
            Clear(condition);
        }

        if (hidden > 0)
        {
            Set(HiddenCondition, new ProxmoxForbiddenException(
                _client.Cluster, "VM.Audit", "/vms", $"{_client.Cluster}: some guests that were seen before are hidden now. What is known of them is kept. Give the token (and its user) VM.Audit on them, or on /vms."));
        }
        else
        {
            Clear(HiddenCondition);
        }
    }
}
