using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle.Tests;

public sealed class IdleUdpListenerTests
{
    private static async Task<string> AskAsync(Socket client, string question)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(question), limit.Token);
        return await HearAsync(client);
    }

    private static async Task<string> HearAsync(Socket client)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        var buffer = new byte[1_500];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, limit.Token));
    }

    /// <summary>The server has its port only some time after its container runs, and nothing says when.</summary>
    [Fact]
    public async Task First_datagrams_of_a_flow_to_a_sleeping_server_are_answered_in_order_and_once()
    {
        var port = UdpEcho.FreePort();
        var runtime = new FakeContainerProvider();
        runtime.Add("dns");
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = port, Probe = ProbeKind.None };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await using var listener = new IdleUdpListener(manager, new IdleUdpListenerOptions { Container = "dns", FlowTimeout = TimeSpan.FromSeconds(4) });
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        await client.SendAsync("first"u8.ToArray());
        await client.SendAsync("second"u8.ToArray());
        await Eventually.TrueAsync(() => manager.GetOrAdd("dns").State == IdleState.Ready);

        await using var echo = new UdpEcho(port);

        Assert.Equal("first", await HearAsync(client));
        Assert.Equal("second", await HearAsync(client));
        Assert.Equal("third", await AskAsync(client, "third"));
        Assert.Equal(1, manager.GetOrAdd("dns").Snapshot().Leases);
        await Eventually.TrueAsync(() => listener.FlowCount == 0 && manager.GetOrAdd("dns").Snapshot().Leases == 0);
        Assert.Equal("fourth", await AskAsync(client, "fourth"));
    }

    [Fact]
    public async Task Wake_that_takes_longer_than_the_flow_may_be_silent_loses_no_datagram()
    {
        var port = UdpEcho.FreePort();
        await using var echo = new UdpEcho(port);
        var runtime = new FakeContainerProvider();
        runtime.Add("dns");
        var started = new TaskCompletionSource();
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = port, Probe = ProbeKind.None };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await manager.Ready;
        runtime.OnCall = async (call, token) =>
        {
            if (call.Action == FakeContainerAction.Start)
            {
                await started.Task.WaitAsync(token);
            }
        };
        await using var listener = new IdleUdpListener(manager, new IdleUdpListenerOptions { Container = "dns", FlowTimeout = TimeSpan.FromMilliseconds(300) });
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        await client.SendAsync("first"u8.ToArray());
        await Task.Delay(TimeSpan.FromMilliseconds(600), TimeProvider.System); // Longer than a flow may be silent.
        started.SetResult();

        Assert.Equal("first", await HearAsync(client));
    }

    [Fact]
    public async Task Each_client_is_a_flow_of_its_own()
    {
        var port = UdpEcho.FreePort();
        await using var echo = new UdpEcho(port);
        var runtime = new FakeContainerProvider();
        runtime.Add("dns");
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = port, Probe = ProbeKind.None };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await using var listener = new IdleUdpListener(manager, new IdleUdpListenerOptions { Container = "dns", MaxFlows = 8 });
        listener.Start();
        var clients = Enumerable.Range(0, 8).Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)).ToList();
        try
        {
            var answers = await Task.WhenAll(clients.Select(async (client, number) =>
            {
                await client.ConnectAsync(listener.LocalEndPoint!);
                return await AskAsync(client, $"question {number}");
            }));

            Assert.Equal(Enumerable.Range(0, 8).Select(static number => $"question {number}"), answers);
            Assert.Equal(8, listener.FlowCount);
            Assert.Equal(1, runtime.CountCalls(FakeContainerAction.Start));
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }
}
