namespace EventWatcher.Proxmox;

// The lanes, in which suspicions are confirmed.
internal sealed partial class ProxmoxHub
{
    /// <summary>The lock is held.</summary>
    private void Suspect(IReadOnlyList<Suspicion> suspicions)
    {
        foreach (var (id, node) in suspicions)
        {
            if (!_lanes.TryGetValue(node, out var lane))
            {
                _lanes[node] = lane = new ConfirmationLane();
            }

            lane.Add(id);
            if (!lane.IsRunning && !_stop.IsCancellationRequested)
            {
                lane.IsRunning = true;
                Clock.Enter();
                Begin(() => ConfirmAsync(node, lane));
            }
        }
    }

    /// <summary>The lock is held.</summary>
    private void Begin(Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            var worker = Task.Run(work);
            _workers.Add(worker);
            _ = worker.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void Forget(Task worker)
    {
        lock (_gate)
        {
            _workers.Remove(worker);
        }
    }

    private async Task ConfirmAsync(string node, ConfirmationLane lane)
    {
        try
        {
            while (true)
            {
                IReadOnlyList<GuestId> ids;
                bool isSynthesized;
                lock (_gate)
                {
                    ids = lane.TakeAll();
                    isSynthesized = IsAfterOutage;
                    if (ids.Count == 0)
                    {
                        lane.IsRunning = false;
                        return;
                    }
                }

                await ConfirmAsync(node, ids, isSynthesized).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Log.Ended(_logger, Source);
        }
        catch (Exception exception)
        {
            // A defect of ours; the lane begins anew with the next suspicion.
            Log.PollFailed(_logger, Source, node, exception);
            lock (_gate)
            {
                lane.IsRunning = false;
            }
        }
        finally
        {
            Clock.Leave();
        }
    }

    /// <summary>Asks for all at once, within bounds, and takes the answers over in the order of the suspicions.</summary>
    private async Task ConfirmAsync(string node, IReadOnlyList<GuestId> ids, bool isSynthesized)
    {
        var answers = new Confirmation?[ids.Count];
        await Parallel.ForAsync(
            0,
            ids.Count,
            new ParallelOptions { MaxDegreeOfParallelism = _key.MaxConfirmations, CancellationToken = _stop.Token },
            async (index, token) => answers[index] = await AskAsync(new Suspicion(ids[index], node), isSynthesized, token).ConfigureAwait(false)).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var answer in answers.OfType<Confirmation>())
            {
                Send(_ledger.Apply(answer, Now));
            }
        }
    }

    /// <summary>Asks for one guest's exact state; null where that says nothing.</summary>
    private async Task<Confirmation?> AskAsync(Suspicion suspicion, bool isSynthesized, CancellationToken cancellationToken)
    {
        var (id, node) = suspicion;
        ProxmoxTelemetry.Confirmed();
        try
        {
            ProxmoxAnswer<ProxmoxGuestStatus>? answer;
            try
            {
                answer = await _client.GetStatusAsync(node, id, cancellationToken).ConfigureAwait(false);
            }
            catch (ProxmoxNotFoundException)
            {
                if (!await IsGoneAsync(id, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }

                answer = null;
            }

            var time = answer?.ServerTime ?? Now;
            bool isUnexplained;
            lock (_gate)
            {
                isUnexplained = _ledger.WantsExplanation(id, answer?.Data, time, Now);
            }

            return new Confirmation(id, node, answer?.Data, time, isUnexplained ? await ExplanationsAsync(node, id, cancellationToken).ConfigureAwait(false) : [], isSynthesized);
        }
        catch (ProxmoxForbiddenException)
        {
            lock (_gate)
            {
                _ledger.Hide(id, Now);
            }
        }
        catch (ProxmoxException exception)
        {
            Log.ConfirmationFailed(_logger, Source, id, exception.Message);
            lock (_gate)
            {
                _ledger.Doubt(id);
                if (exception is ProxmoxNodeUnreachableException)
                {
                    _unreachable.Add(node);
                }
            }
        }

        return null;
    }

    /// <summary>Finds out whether a guest that its node doesn't know is gone, and not only elsewhere, or hidden by a split of the cluster.</summary>
    private async Task<bool> IsGoneAsync(GuestId id, CancellationToken cancellationToken)
    {
        bool mayAsk;
        lock (_gate)
        {
            if (!_ledger.IsGone(id))
            {
                return false;
            }

            mayAsk = _seesTasks;
        }

        // Who may not ask can't know; but a cluster without a majority forgets no guest.
        return !mayAsk || await _client.IsQuorateAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the guest's own list of tasks, which is exact where the cluster's lags, and longer.</summary>
    private async Task<IReadOnlyList<TaskRecord>> ExplanationsAsync(string node, GuestId id, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await _client.GetTasksOfAsync(node, id, cancellationToken).ConfigureAwait(false)).Select(TaskRecord.Of).OfType<TaskRecord>()];
        }
        catch (ProxmoxException exception)
        {
            Log.ConfirmationFailed(_logger, Source, id, exception.Message);
            return [];
        }
    }
}
