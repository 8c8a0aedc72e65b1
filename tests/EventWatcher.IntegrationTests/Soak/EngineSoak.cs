using EventWatcher.Docker;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// Containers of a real engine through a proxy that is cut, into a queue that is too small, with a handler that is slow
/// now and then and throws now and then. What the handler refused is taken from the error that tells of it.
/// </summary>
internal sealed class EngineSoak : ISoakPart
{
    private const int Containers = 6;

    private readonly EngineControl _control;
    private readonly CuttingProxy _proxy;
    private readonly ContainerStates _states;
    private readonly WatchStream _stream;
    private readonly EventQueue _queue;
    private int _batches;

    public EngineSoak(DockerEngineHost host)
    {
        _control = host.Control;
        _proxy = new CuttingProxy(host.Socket);
        _states = new ContainerStates(_control);
        _stream = new DockerWatcher(new DockerWatcherOptions { Endpoint = _proxy.Endpoint, RetryDelay = TimeSpan.FromMilliseconds(100), MaxRetryDelay = TimeSpan.FromSeconds(1) }).Watch();
        _queue = new EventQueue(
            new EventQueueOptions { Name = "engine", FlushInterval = TimeSpan.FromMilliseconds(50), MaxBatchSize = 8, Capacity = 16 },
            HandleAsync,
            HandleErrorAsync);
        _queue.Attach(_stream);
        _queue.Start();
    }

    public long Failures => _queue.Statistics.Failures;

    public async Task StirAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await OperateAsync(random, stop);
                if (random.Next(40) == 0)
                {
                    await _proxy.CutAllAsync(random.Next(2) == 0 ? ProxyCut.Abort : ProxyCut.Close);
                }
            }
            catch (Exception disturbed) when (disturbed is EngineException or HttpRequestException or IOException or OperationCanceledException)
            {
                // The operation doesn't fit the container's state, or the engine is away: what came of it is what counts.
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(20), stop));
            }
        }
    }

    public async Task SettleAsync()
    {
        var difference = "";
        await Deadline.UntilAsync(
            async () => (difference = _states.Difference(await _control.ListAsync())).Length == 0,
            () => $"the engine's containers as they are: {difference}. The stream is {_stream.State}, the queue {_queue.Statistics}",
            TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        await _stream.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private async Task OperateAsync(Random random, CancellationToken stop)
    {
        var name = $"soak-{random.Next(Containers)}";
        switch (random.Next(8))
        {
            case 0:
                _ = await _control.CreateAsync(new ContainerSpec { Name = name }, stop);
                break;
            case 1 or 2:
                await _control.StartAsync(name, stop);
                break;
            case 3:
                await _control.StopAsync(name, cancellationToken: stop);
                break;
            case 4:
                await _control.KillAsync(name, "SIGCONT", stop);
                break;
            case 5:
                await _control.PauseAsync(name, stop);
                break;
            case 6:
                await _control.UnpauseAsync(name, stop);
                break;
            default:
                await _control.RemoveAsync(name, force: true, stop);
                break;
        }
    }

    private async ValueTask HandleAsync(IReadOnlyList<Event> batch, CancellationToken cancellationToken)
    {
        _batches++;
        if (_batches % 11 == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), cancellationToken);
        }

        if (_batches % 7 == 0)
        {
            throw new InvalidOperationException("This handler throws now and then.");
        }

        await FollowAsync(batch);
    }

    private async ValueTask HandleErrorAsync(Exception error, CancellationToken cancellationToken)
    {
        if (error is FlushException refused)
        {
            await FollowAsync(refused.Batch);
        }
    }

    private async Task FollowAsync(IReadOnlyList<Event> batch)
    {
        foreach (var item in batch)
        {
            await _states.FollowAsync(item);
        }
    }
}
