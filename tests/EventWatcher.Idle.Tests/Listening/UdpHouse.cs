using System.Net.Sockets;
using System.Text;
using EventWatcher.Tests.Shared;

namespace EventWatcher.Idle.Tests;

/// <summary>A container that sleeps behind a UDP listener, and a client of it.</summary>
internal sealed class UdpHouse : IAsyncDisposable
{
    private readonly List<Socket> _clients = [];

    public UdpHouse(Action<IdleUdpListenerOptions>? configure = null, TimeProvider? time = null)
    {
        Runtime.Add("dns");
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = Port, Probe = ProbeKind.None };
        Manager = new IdleManager(Runtime, options, timeProvider: time);
        Manager.Start();
        var listenerOptions = new IdleUdpListenerOptions { Container = "dns" };
        configure?.Invoke(listenerOptions);
        Listener = new IdleUdpListener(Manager, listenerOptions);
        Listener.Start();
        Client = NewClient();
    }

    /// <summary>Where the container's server is to listen.</summary>
    public int Port { get; } = FreePort.OfUdp();

    public FakeContainerProvider Runtime { get; } = new();

    public IdleManager Manager { get; }

    public IdleWatcher Watcher => Manager.GetOrAdd("dns");

    public IdleUdpListener Listener { get; }

    public Socket Client { get; }

    /// <summary>The server that the latest start of the container began, where <see cref="ServeOnceStarted"/> said so.</summary>
    public UdpEcho? Echo { get; private set; }

    public Socket NewClient()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _clients.Add(client);
        client.Connect(Listener.LocalEndPoint!);
        return client;
    }

    /// <summary>Has the container's start begin its server.</summary>
    public void ServeOnceStarted() => Runtime.OnCall = (call, _) =>
    {
        if (call.Action == FakeContainerAction.Start)
        {
            Echo ??= new UdpEcho(Port);
        }

        return Task.CompletedTask;
    };

    public async Task EndServerAsync()
    {
        await Echo!.DisposeAsync();
        Echo = null;
    }

    public static async Task<string> AskAsync(Socket client, string question)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        await client.SendAsync(Encoding.ASCII.GetBytes(question), limit.Token);
        return await HearAsync(client);
    }

    public static async Task<string> HearAsync(Socket client)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        var buffer = new byte[1_500];
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, limit.Token));
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(static client => client.Dispose());
        await Listener.DisposeAsync();
        await Manager.DisposeAsync();
        if (Echo is not null)
        {
            await Echo.DisposeAsync();
        }
    }
}
