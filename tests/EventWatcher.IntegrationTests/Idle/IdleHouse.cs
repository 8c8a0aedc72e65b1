using System.Net;
using System.Net.Sockets;
using System.Text;
using EventWatcher.Docker;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>A manager of one test's containers on the real engine, and web servers in them.</summary>
internal sealed class IdleHouse : IAsyncDisposable
{
    private readonly DockerEngineFixture _fixture;
    private readonly DockerContainerProvider _docker;
    private readonly List<IdleTcpListener> _listeners = [];
    private readonly IdleOptions _options;

    private IdleHouse(DockerEngineFixture fixture, Action<IdleOptions>? configure)
    {
        _fixture = fixture;
        _docker = new DockerContainerProvider(new DockerEngineOptions { Endpoint = fixture.Host.Endpoint });
        Provider = new CountingProvider(_docker);
        _options = new IdleOptions();
        configure?.Invoke(_options);
        Manager = NewManager();
    }

    public CountingProvider Provider { get; }

    public HouseLog Log { get; } = new();

    public IdleManager Manager { get; private set; }

    public static async Task<IdleHouse> OpenAsync(DockerEngineFixture fixture, Action<IdleOptions>? configure = null)
    {
        var house = new IdleHouse(fixture, configure);
        house.Manager.Start();
        await house.Manager.Ready.WaitAsync(Deadline.Generous);
        return house;
    }

    /// <summary>A web server that is process 1 and so ignores SIGTERM: a stop by it lasts its whole time.</summary>
    public static ContainerSpec WebServer(string name, int port, string? stopSignal = "SIGKILL") => new()
    {
        Name = name,
        Network = "host",
        StopSignal = stopSignal,
        Command =
        [
            "sh", "-c",
            "mkdir -p /www/cgi-bin; echo hello > /www/index.html; "
            + "printf '#!/bin/sh\\nprintf \"Content-Type: text/plain\\\\r\\\\n\\\\r\\\\n\"\\nsleep $QUERY_STRING\\necho slept\\n' > /www/cgi-bin/sleep; "
            + "printf '#!/bin/sh\\nprintf \"Content-Type: text/plain\\\\r\\\\n\\\\r\\\\n\"\\nn=0; while [ $n -lt $QUERY_STRING ]; do sleep 0.25; echo tick; n=$((n+1)); done\\necho ticked\\n' > /www/cgi-bin/tick; "
            + "busybox chmod 755 /www/cgi-bin/sleep /www/cgi-bin/tick; "
            + $"exec httpd -f -p 127.0.0.1:{port} -h /www",
        ],
    };

    /// <summary>Makes a stopped web server that sleeps after a second, and a listener in front of it.</summary>
    public async Task<IdleWebServer> AddWebServerAsync(Action<IdleContainerOptions>? configure = null, Action<IdleTcpListenerOptions>? listen = null, string? stopSignal = "SIGKILL")
    {
        var port = FreePort.OfTcp();
        var name = $"idle-{Guid.NewGuid():N}";
        var id = await _fixture.Control.CreateAsync(WebServer(name, port, stopSignal));
        var options = new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), Port = port, StopTimeout = TimeSpan.FromSeconds(2) };
        configure?.Invoke(options);
        var watcher = Manager.GetOrAdd(name, options);
        return new IdleWebServer(id, name, port, watcher, Listen(name, listen));
    }

    /// <summary>Makes a container and its watcher.</summary>
    public async Task<IdleWatcher> AddAsync(IdleContainerOptions options, string letter = "x", ContainerSpec? spec = null)
    {
        var name = $"idle-{letter}-{Guid.NewGuid():N}";
        await _fixture.Control.CreateAsync((spec ?? new ContainerSpec()) with { Name = name });
        return Manager.GetOrAdd(name, options);
    }

    public IdleTcpListener Listen(string name, Action<IdleTcpListenerOptions>? listen = null)
    {
        var listening = new IdleTcpListenerOptions { Container = name };
        listen?.Invoke(listening);
        var listener = new IdleTcpListener(Manager, listening, Log.For<IdleTcpListener>());
        listener.Start();
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Another process takes over: the manager ends as it does when it is killed, and a new one begins.</summary>
    public async Task RestartAsync()
    {
        await Manager.DisposeAsync();
        Manager = NewManager();
        Manager.Start();
        await Manager.Ready.WaitAsync(Deadline.Generous);
    }

    /// <summary>Asks for a page over a connection of its own.</summary>
    /// <returns>All that was answered.</returns>
    public static async Task<string> GetAsync(IPEndPoint server, string path = "/", CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(server, limit.Token);
        await client.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: app\r\n\r\n"), limit.Token);
        await using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(limit.Token);
    }

    public Task ReachesAsync(IdleWatcher watcher, IdleState state) =>
        Deadline.UntilAsync(() => watcher.State == state, () => $"{state}; it is {watcher.State} ({watcher.Snapshot().Detail})");

    public Task ReachesAsync(string container, string state) => Deadline.UntilAsync(
        async () => (await _fixture.Control.FindAsync(container))?.State == state,
        () => $"{container} to be {state}");

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync();
        }

        await Manager.DisposeAsync();
        await _docker.DisposeAsync();
        await _fixture.Control.RemoveAllAsync();
    }

    private IdleManager NewManager() => new(Provider, _options, Log.For<IdleManager>());
}
