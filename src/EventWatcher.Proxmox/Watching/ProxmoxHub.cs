using Microsoft.Extensions.Logging;

namespace EventWatcher.Proxmox;

/// <summary>Polls one cluster for all who watch it.</summary>
/// <remarks>
/// Its phases: the first look (again and again while it fails), then two loops, over tasks and over resources, which suspect
/// guests of having changed; one more while this process itself does something to guests; and a lane for each node, there
/// as long as there is something to confirm on it. What is known and who watches is guarded by one lock, under which
/// nothing waits.
/// </remarks>
internal sealed partial class ProxmoxHub : ISharedHub<WatchWriter>
{
    private const string ApiCondition = "api";

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly ProxmoxHubKey _key;
    private readonly ILogger _logger;
    private readonly ProxmoxClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Exception> _conditions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfirmationLane> _lanes = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _workers = [];
    private readonly HashSet<string> _unreachable = new(StringComparer.Ordinal);
    private readonly GuestLedger _ledger;
    private readonly Task _run;
    private WatchWriter[] _outputs = [];
    private bool _isStanding;
    private bool _seesTasks;
    private bool _hasMissed;
    private DateTimeOffset _recoveredAt = DateTimeOffset.MinValue;

    public ProxmoxHub(ProxmoxHubKey key, ILogger logger)
    {
        _key = key;
        _logger = logger;
        _client = new ProxmoxClient(key.Connection, key.TimeProvider);
        _ledger = new GuestLedger(key.Connection.Cluster, key.Source, new TaskLog());
        Clock = new HubClock(key.TimeProvider);
        Clock.Enter();
        using (ExecutionContext.SuppressFlow())
        {
            _run = Task.Run(RunAsync);
        }
    }

    /// <summary>Gets the clock of the loops.</summary>
    internal HubClock Clock { get; }

    /// <summary>Gets the confirmed states.</summary>
    internal IReadOnlyDictionary<GuestId, GuestState> States
    {
        get
        {
            lock (_gate)
            {
                return _ledger.Guests.ToDictionary(static entry => entry.Key, static entry => entry.Value.State);
            }
        }
    }

    private string Source => _key.Source;

    private DateTimeOffset Now => _key.TimeProvider.GetUtcNow();

    public void Add(WatchWriter output)
    {
        lock (_gate)
        {
            _outputs = [.. _outputs, output];
            if (_isStanding)
            {
                output.SetReady();
            }

            foreach (var condition in _conditions.Values)
            {
                output.SetInterrupted(condition);
            }
        }
    }

    public void Remove(WatchWriter output)
    {
        lock (_gate)
        {
            _outputs = [.. _outputs.Where(other => other != output)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(false);
        Task[] workers;
        lock (_gate)
        {
            workers = [.. _workers];
        }

        await Task.WhenAll(workers).ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await StandAsync().ConfigureAwait(false);
            Clock.Enter();
            await Task.WhenAll(
                LoopAsync("tasks", _key.TasksInterval, PollTasksAsync),
                LoopAsync("resources", _key.ResourcesInterval, PollResourcesAsync)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Log.Ended(_logger, Source);
        }
    }

    /// <summary>Repeats a poll until the end; after a failure less and less often.</summary>
    private async Task LoopAsync(string poll, TimeSpan interval, Func<CancellationToken, Task> runAsync)
    {
        for (var failures = 0; ;)
        {
            await Clock.SleepAsync(PauseAfter(failures, interval), _stop.Token).ConfigureAwait(false);
            try
            {
                await runAsync(_stop.Token).ConfigureAwait(false);
                failures = 0;
                Clear($"{ApiCondition}/{poll}");
            }
            catch (ProxmoxException exception)
            {
                failures++;
                ProxmoxTelemetry.PollFailed(poll);
                lock (_gate)
                {
                    _hasMissed = true;
                }

                Set($"{ApiCondition}/{poll}", exception);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A defect of ours; watching goes on.
                failures++;
                Log.PollFailed(_logger, Source, poll, exception);
                Set($"{ApiCondition}/{poll}", new WatcherException(Source, $"{Source}: polling the {poll} failed: {exception.Message}", exception));
            }
        }
    }

    private static TimeSpan PauseAfter(int failures, TimeSpan interval)
    {
        var pause = interval * Math.Pow(2, Math.Min(Math.Max(failures - 1, 0), 10));
        return failures == 0 || interval > LongestPause || pause < LongestPause ? pause : LongestPause;
    }

    private static bool IsApi(string condition) => condition.StartsWith(ApiCondition, StringComparison.Ordinal);

    /// <summary>Says that something is wrong, once.</summary>
    private void Set(string condition, Exception reason)
    {
        lock (_gate)
        {
            // Both loops fail where the cluster is away; once is enough.
            var isNew = !_conditions.ContainsKey(condition) && !(IsApi(condition) && _conditions.Keys.Any(IsApi));
            _conditions[condition] = reason;
            if (!_isStanding && !IsApi(condition))
            {
                // Said when the first look is over.
                return;
            }

            if (!isNew)
            {
                Log.StillInterrupted(_logger, Source, reason.Message);
                return;
            }

            foreach (var output in _outputs)
            {
                output.SetInterrupted(reason);
            }
        }

        Log.Interrupted(_logger, Source, reason);
    }

    private void Clear(string condition)
    {
        lock (_gate)
        {
            if (!_conditions.Remove(condition))
            {
                return;
            }

            _recoveredAt = IsApi(condition) ? Now : _recoveredAt;
            if (_conditions.Count > 0)
            {
                return;
            }

            if (_isStanding)
            {
                foreach (var output in _outputs)
                {
                    output.SetReady();
                }
            }
        }

        Log.Recovered(_logger, Source);
    }

    /// <summary>The lock is held.</summary>
    private void Send(IReadOnlyList<Event> events)
    {
        foreach (var item in events)
        {
            ProxmoxTelemetry.Sent();
            foreach (var output in _outputs)
            {
                output.Emit(item);
            }
        }
    }

    /// <summary>The lock is held.</summary>
    private void ForceReload(string reason)
    {
        ProxmoxTelemetry.ForceReload();
        Log.ForceReload(_logger, Source, reason);
        var item = Event.ForceReload(EventType.Proxmox, Source, reason, dropped: null, Now);
        foreach (var output in _outputs)
        {
            output.Emit(item);
        }
    }
}
