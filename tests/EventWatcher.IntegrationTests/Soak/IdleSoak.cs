using EventWatcher.Docker;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>
/// Web servers that sleep after a second, behind listeners. While the engine is well every request is answered; while it
/// is killed and started again requests may fail, and each still ends.
/// </summary>
internal sealed class IdleSoak : ISoakPart
{
    private readonly DockerContainerProvider _docker;
    private readonly IdleManager _manager;
    private readonly List<(IdleWatcher Watcher, IdleTcpListener Listener)> _servers = [];
    private volatile string _failure = "";
    private long _answered;

    public IdleSoak(DockerEngineHost host)
    {
        _docker = new DockerContainerProvider(new DockerEngineOptions { Endpoint = host.Endpoint });
        _manager = new IdleManager(_docker);
        _manager.Start();
    }

    /// <summary>Whether requests may fail for what is done to the engine.</summary>
    public bool IsDisturbed { get; set; }

    public long Answered => Interlocked.Read(ref _answered);

    public async Task OpenAsync(EngineControl control)
    {
        await _manager.Ready.WaitAsync(Deadline.Generous);
        for (var i = 0; i < 2; i++)
        {
            var port = FreePort.OfTcp();
            var name = $"soak-web-{i}";
            _ = await control.CreateAsync(IdleHouse.WebServer(name, port));
            var watcher = _manager.GetOrAdd(name, new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), Port = port, StopTimeout = TimeSpan.FromSeconds(2), StopMethod = i == 0 ? StopMethod.Stop : StopMethod.Pause });
            var listener = new IdleTcpListener(_manager, new IdleTcpListenerOptions { Container = name });
            listener.Start();
            _servers.Add((watcher, listener));
        }
    }

    public async Task StirAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var (watcher, listener) = _servers[random.Next(_servers.Count)];
            var burst = Enumerable.Range(0, random.Next(1, 20)).Select(_ => AskAsync(watcher, listener));
            await Task.WhenAll(burst);

            // Sometimes long enough to fall asleep.
            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(random.Next(2_500)), stop));
        }
    }

    public async Task SettleAsync()
    {
        Assert.Equal("", _failure);
        IsDisturbed = false;
        foreach (var (watcher, listener) in _servers)
        {
            await AskAsync(watcher, listener);
            Assert.Equal("", _failure);
        }

        foreach (var (watcher, listener) in _servers)
        {
            await Deadline.UntilAsync(() => watcher.State == IdleState.Napping, () => $"{watcher.Name} to sleep; it is {watcher.Snapshot()}", TimeSpan.FromMinutes(1));
            await Deadline.UntilAsync(() => listener.ConnectionCount == 0, () => $"no connection to {watcher.Name}; there are {listener.ConnectionCount}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, listener) in _servers)
        {
            await listener.DisposeAsync();
        }

        await _manager.DisposeAsync();
        await _docker.DisposeAsync();
    }

    private async Task AskAsync(IdleWatcher watcher, IdleTcpListener listener)
    {
        var wasDisturbed = IsDisturbed;
        string said;
        try
        {
            said = await IdleHouse.GetAsync(listener.LocalEndPoint!);
        }
        catch (Exception failed) when (failed is IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            said = failed.ToString();
        }

        if (said.EndsWith("hello\n", StringComparison.Ordinal))
        {
            _ = Interlocked.Increment(ref _answered);
        }
        else if (!wasDisturbed && !IsDisturbed)
        {
            _failure = $"{watcher.Name}, {watcher.Snapshot()}, answered: {said}";
        }
    }
}
