using System.Net.Sockets;
using System.Text;
using EventWatcher.Idle;
using EventWatcher.Tests.Shared;

namespace EventWatcher.IntegrationTests;

/// <summary>Datagrams to an echo server that sleeps and wakes on the real engine.</summary>
[Collection(DockerEngineCollection.Name)]
public sealed class IdleUdpTests(DockerEngineFixture fixture)
{
    private static async Task<string> AskAsync(Socket client, string question)
    {
        using var limit = new CancellationTokenSource(Deadline.Generous);
        var buffer = new byte[1_500];
        await client.SendAsync(Encoding.ASCII.GetBytes(question), limit.Token);
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, limit.Token));
    }

    /// <summary>The server has its port some time after its container runs, and nothing says when.</summary>
    [SkippableFact]
    public async Task First_datagram_of_a_flow_to_a_sleeping_echo_server_is_answered()
    {
        fixture.SkipUnlessAvailable();
        Skip.IfNot(PerlImage.IsThere, "There is no perl.");
        await fixture.Control.ImportImageAsync(PerlImage.Name, await PerlImage.CreateTarAsync());
        await using var house = await IdleHouse.OpenAsync(fixture);
        var port = FreePort.OfTcp();
        var server = await house.AddAsync(
            new IdleContainerOptions { IdleTimeout = TimeSpan.FromSeconds(1), Port = port, Probe = ProbeKind.None },
            "echo",
            new ContainerSpec { Image = PerlImage.Name, Network = "host", Command = PerlImage.EchoOn(port) });
        await using var listener = new IdleUdpListener(house.Manager, new IdleUdpListenerOptions { Container = server.Name, FlowTimeout = TimeSpan.FromSeconds(1) });
        listener.Start();

        // Two flows, the second after a sleep.
        for (var round = 1; round <= 2; round++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await client.ConnectAsync(listener.LocalEndPoint!);
            Assert.Equal("first", await AskAsync(client, "first"));
            Assert.Equal("second", await AskAsync(client, "second"));
            Assert.Equal((round, round - 1), (house.Provider.Count("start"), house.Provider.Count("stop")));
            await house.ReachesAsync(server, IdleState.Napping);
            await house.ReachesAsync(server.Id.Value, "exited");
        }

        // Somebody else's end of it under a flow: the next datagram wakes it.
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            await client.ConnectAsync(listener.LocalEndPoint!);
            Assert.Equal("third", await AskAsync(client, "third"));
            await fixture.Control.KillAsync(server.Id.Value);
            await house.ReachesAsync(server, IdleState.Napping);
            Assert.Equal("fourth", await AskAsync(client, "fourth"));
        }

        await fixture.Control.RemoveAllAsync();
        await fixture.Control.RemoveImageAsync(PerlImage.Name);
    }
}
