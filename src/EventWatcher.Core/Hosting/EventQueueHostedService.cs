using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventWatcher;

/// <summary>Runs the queues for as long as the host runs.</summary>
internal sealed class EventQueueHostedService(IServiceProvider services, EventWatcherRegistry registry) : IHostedService
{
    /// <summary>How long stopping keeps the order; then the rest stop at the same time, so that one handler that hangs costs no other queue its drain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = services.GetService<ILoggerFactory>()?.CreateLogger<EventQueue>() ?? NullLogger<EventQueue>.Instance;
    private readonly TimeProvider _timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private IReadOnlyList<HostedQueue> _queues = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // All are made before the first is started: where one can't be made, nothing runs.
        _queues = [.. registry.Queues.Select(queue => services.GetRequiredKeyedService<HostedQueue>(queue.Name))];
        foreach (var queue in _queues)
        {
            queue.Start();
            _ = LogFailureAsync(queue.Queue);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, _timeProvider);
        using var inTurn = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var stopping = new List<Task>();
        foreach (var queue in _queues.Reverse())
        {
            // Bounded by the queue's StopTimeout; disposal swallows what the queue has logged.
            var stopped = queue.Queue.DisposeAsync().AsTask();
            stopping.Add(stopped);
            await stopped.WaitAsync(inTurn.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(stopping).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var queue in _queues.Where(static queue => !queue.Queue.Completion.IsCompleted))
        {
            // The host's time is up, whatever the queue's own StopTimeout says; disposing the container must not wait either.
            queue.Queue.Abandon();
        }
    }

    private async Task LogFailureAsync(EventQueue queue)
    {
        await queue.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (queue.Completion.Exception?.InnerException is FlushException failure)
        {
            Log.QueueFailed(_logger, queue.Name, failure);
        }
    }
}
