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
        var time = new FakeTimeProvider();
        await using var manager = new IdleManager(runtime, options, timeProvider: time);
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
        await Eventually.TrueAsync(() => runtime.CountCalls(FakeContainerAction.Start) == 1);
        time.Advance(TimeSpan.FromMilliseconds(600));
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

    /// <summary>Its flow went on, with a lease of a life that was over, and nobody woke the container any more.</summary>
    [Fact]
    public async Task Flow_to_a_container_that_was_stopped_from_outside_never_woke_it_again()
    {
        var port = UdpEcho.FreePort();
        var runtime = new FakeContainerProvider();
        runtime.Add("dns");
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = port, Probe = ProbeKind.None };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await using var listener = new IdleUdpListener(manager, new IdleUdpListenerOptions { Container = "dns" });
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        await using (new UdpEcho(port))
        {
            Assert.Equal("first", await AskAsync(client, "first"));
        }

        runtime.End("dns");
        await Eventually.TrueAsync(() => manager.GetOrAdd("dns").State == IdleState.Napping);
        UdpEcho? echo = null;
        runtime.OnCall = (call, _) =>
        {
            if (call.Action == FakeContainerAction.Start)
            {
                echo ??= new UdpEcho(port);
            }

            return Task.CompletedTask;
        };

        Assert.Equal("second", await AskAsync(client, "second"));
        Assert.Equal(2, runtime.CountCalls(FakeContainerAction.Start));
        Assert.Equal(1, listener.FlowCount);
        await echo!.DisposeAsync();
    }

    /// <summary>The end was not told of yet; that nobody has the port any more says it.</summary>
    [Fact]
    public async Task Flow_to_a_container_that_has_ended_before_anybody_said_so_wakes_it()
    {
        var port = UdpEcho.FreePort();
        var runtime = new FakeContainerProvider();
        runtime.Add("dns");
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = port, Probe = ProbeKind.None };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await using var listener = new IdleUdpListener(manager, new IdleUdpListenerOptions { Container = "dns" });
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        UdpEcho? echo = null;
        runtime.OnCall = (call, _) =>
        {
            if (call.Action == FakeContainerAction.Start)
            {
                echo ??= new UdpEcho(port);
            }

            return Task.CompletedTask;
        };
        Assert.Equal("first", await AskAsync(client, "first"));
        await echo!.DisposeAsync();
        echo = null;
        runtime.HoldEvents();
        runtime.End("dns");

        // The first one tells us, and is lost as datagrams are, or is sent again.
        await Eventually.TrueAsync(async () =>
        {
            await client.SendAsync("second"u8.ToArray());
            return runtime.CountCalls(FakeContainerAction.Start) == 2;
        });
        Assert.Equal("second", await HearAsync(client));
        await echo!.DisposeAsync();
    }

    /// <summary>Anybody can write any sender on a datagram: each was given a buffer of 64 KiB, and could leave 16 datagrams of that size.</summary>
    [Fact]
    public async Task Flood_of_senders_to_a_sleeping_container_took_memory_without_bounds()
    {
        var runtime = new FakeContainerProvider();
        runtime.Add("dns");
        var go = new TaskCompletionSource();
        runtime.OnCall = (call, token) => call.Action == FakeContainerAction.Start ? go.Task.WaitAsync(token) : Task.CompletedTask;
        var options = new IdleOptions();
        options.Containers["dns"] = new IdleContainerOptions { Port = UdpEcho.FreePort(), Probe = ProbeKind.None };
        await using var manager = new IdleManager(runtime, options);
        manager.Start();
        await using var listener = new IdleUdpListener(manager, new IdleUdpListenerOptions { Container = "dns", MaxPendingBytes = 100_000, MaxFlows = 400 });
        listener.Start();
        var datagram = new byte[1_000];
        var clients = Enumerable.Range(0, 400).Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)).ToList();
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await Eventually.TrueAsync(async () =>
            {
                // The kernel's own buffer is small, and what does not fit is lost.
                foreach (var client in clients)
                {
                    await client.SendToAsync(datagram, listener.LocalEndPoint!);
                }

                return listener.FlowCount == clients.Count;
            });

            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8L * 1024 * 1024);
            Assert.InRange(listener.KeptBytes, 90_000, 100_000);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }
}
