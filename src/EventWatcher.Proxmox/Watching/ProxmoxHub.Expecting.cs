namespace EventWatcher.Proxmox;

// Guests that this process does something to: asked one by one, since neither list is quick enough for who waits for them.
internal sealed partial class ProxmoxHub
{
    /// <summary>How often such a guest is asked for its exact state.</summary>
    internal static readonly TimeSpan ExpectationInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the state is still looked for when nobody knows how an action ended.</summary>
    internal static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(1);

    private readonly Dictionary<GuestId, Expectation> _expectations = [];
    private bool _isExpecting;

    /// <summary>Says that something is begun that makes a guest become something, within a time.</summary>
    public void Expect(GuestId id, string node, GuestState wanted, TimeSpan within)
    {
        lock (_gate)
        {
            if (!_isStanding || _stop.IsCancellationRequested)
            {
                return;
            }

            _expectations[id] = new Expectation(node, wanted, Now, Now + within);
            if (!_isExpecting)
            {
                _isExpecting = true;
                Clock.Enter();
                Begin(ExpectAsync);
            }
        }
    }

    /// <summary>Says that an action is over. Where nobody knows how it ended, its effect is looked for somewhat longer.</summary>
    public void Conclude(GuestId id, string node, bool isKnown)
    {
        lock (_gate)
        {
            if (!_isStanding)
            {
                return;
            }

            if (isKnown)
            {
                _expectations.Remove(id);
            }
            else if (_expectations.TryGetValue(id, out var expected) && expected.Until > Now + Aftermath)
            {
                _expectations[id] = expected with { Until = Now + Aftermath };
            }

            Suspect([new Suspicion(id, node)]);
        }
    }

    private async Task ExpectAsync()
    {
        try
        {
            do
            {
                await Clock.SleepAsync(ExpectationInterval, _stop.Token).ConfigureAwait(false);
            }
            while (SuspectExpected());
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Log.Ended(_logger, Source);
        }
        finally
        {
            Clock.Leave();
        }
    }

    /// <summary>Asks once more for all that are not yet what they are to become.</summary>
    /// <returns>Whether there are any.</returns>
    private bool SuspectExpected()
    {
        lock (_gate)
        {
            foreach (var (id, expected) in _expectations.ToList())
            {
                if (Now >= expected.Until || IsMet(id, expected))
                {
                    _expectations.Remove(id);
                }
            }

            Suspect([.. _expectations.Select(static entry => new Suspicion(entry.Key, entry.Value.Node))]);
            return _isExpecting = _expectations.Count > 0;
        }
    }

    private bool IsMet(GuestId id, Expectation expected) =>
        _ledger.Guests.TryGetValue(id, out var guest) && guest.State == expected.Wanted && guest.ConfirmedAt > expected.Since;
}
