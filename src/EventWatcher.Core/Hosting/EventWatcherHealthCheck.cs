using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace EventWatcher;

/// <summary>Looks at every queue and source. Words and numbers only: messages of exceptions may hold what isn't to be shown.</summary>
internal sealed class EventWatcherHealthCheck(IServiceProvider services, EventWatcherRegistry registry, EventWatcherHealthOptions options)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var failed = new List<string>();
        var degraded = new List<string>();
        foreach (var registration in registry.Queues)
        {
            var queue = services.GetRequiredKeyedService<HostedQueue>(registration.Name);
            LookAtQueue(queue, data, failed, degraded);
            foreach (var source in queue.Sources)
            {
                LookAtSource(queue, source, data, failed, degraded);
            }
        }

        var status = (failed.Count, degraded.Count) switch
        {
            (0, 0) => HealthStatus.Healthy,
            (0, _) => HealthStatus.Degraded,
            _ => context.Registration.FailureStatus,
        };
        var description = status == HealthStatus.Healthy && degraded.Count == 0
            ? $"{registry.Queues.Count} queues, {registry.Watchers.Count} watchers"
            : string.Join("; ", failed.Concat(degraded));
        return Task.FromResult(new HealthCheckResult(status, description, exception: null, data));
    }

    private void LookAtQueue(HostedQueue hosted, Dictionary<string, object> data, List<string> failed, List<string> degraded)
    {
        var queue = hosted.Queue;
        var statistics = queue.Statistics;
        var what = $"queue \"{queue.Name}\"";
        var state = "running";
        if (queue.Completion.IsFaulted)
        {
            state = "failed";
            failed.Add($"{what} has failed");
        }
        else if (queue.Completion.IsCompleted)
        {
            state = "ended";
        }
        else if (!hosted.IsStarted)
        {
            state = "not started";
            degraded.Add($"{what} was not started");
        }

        if (!queue.Completion.IsCompleted && queue.IsFull)
        {
            degraded.Add($"{what} is full");
        }

        if (statistics.CurrentFlushDuration > options.SlowHandler)
        {
            degraded.Add($"{what}: the handler has not returned for longer than {options.SlowHandler}");
        }

        data[$"queue.{queue.Name}.state"] = state;
        data[$"queue.{queue.Name}.pending"] = statistics.Pending;
        data[$"queue.{queue.Name}.dropped"] = statistics.Dropped;
    }

    private void LookAtSource(HostedQueue hosted, QueueSource source, Dictionary<string, object> data, List<string> failed, List<string> degraded)
    {
        var state = source.State;
        var statistics = source.Stream?.Statistics ?? default;
        var what = $"source \"{source.Name}\" of queue \"{hosted.Queue.Name}\"";
        switch (state)
        {
            case WatchState.Failed:
                failed.Add($"{what} has failed");
                break;
            case WatchState.Interrupted:
                degraded.Add($"{what} is unreachable");
                break;
            case WatchState.Connecting when source.Age > options.ConnectGrace:
                degraded.Add($"{what} has not been reached for longer than {options.ConnectGrace}");
                break;
        }

        var prefix = $"queue.{hosted.Queue.Name}.source.{source.Name}";
        data[$"{prefix}.state"] = state.ToString();
        data[$"{prefix}.pending"] = statistics.Pending;
        data[$"{prefix}.dropped"] = statistics.Dropped;
    }
}
