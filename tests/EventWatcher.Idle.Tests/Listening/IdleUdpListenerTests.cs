using System.Net.Sockets;
using static EventWatcher.Idle.Tests.UdpHouse;

namespace EventWatcher.Idle.Tests;

public sealed class IdleUdpListenerTests
{
    /// <summary>The server has its port only some time after its container runs, and nothing says when.</summary>
    [Fact]
    public async Task First_datagrams_of_a_flow_to_a_sleeping_server_are_answered_in_order_and_once()
    {
        await using var house = new UdpHouse(static options => options.FlowTimeout = TimeSpan.FromSeconds(4));
        await house.Client.SendAsync("first"u8.ToArray());
        await house.Client.SendAsync("second"u8.ToArray());
        await Eventually.TrueAsync(() => house.Watcher.State == IdleState.Ready);

        await using var echo = new UdpEcho(house.Port);

        Assert.Equal("first", await HearAsync(house.Client));
        Assert.Equal("second", await HearAsync(house.Client));
        Assert.Equal("third", await AskAsync(house.Client, "third"));
        Assert.Equal(1, house.Watcher.Snapshot().Leases);
        await Eventually.TrueAsync(() => house.Listener.FlowCount == 0 && house.Watcher.Snapshot().Leases == 0);
        Assert.Equal("fourth", await AskAsync(house.Client, "fourth"));
    }

    [Fact]
    public async Task Wake_that_takes_longer_than_the_flow_may_be_silent_loses_no_datagram()
    {
        var time = new FakeTimeProvider();
        await using var house = new UdpHouse(static options => options.FlowTimeout = TimeSpan.FromMilliseconds(300), time);
        await house.Manager.Ready;
        await using var echo = new UdpEcho(house.Port);
        var started = new TaskCompletionSource();
        house.Runtime.OnCall = async (call, token) =>
        {
            if (call.Action == FakeContainerAction.Start)
            {
                await started.Task.WaitAsync(token);
            }
        };
        await house.Client.SendAsync("first"u8.ToArray());
        await Eventually.TrueAsync(() => house.Runtime.CountCalls(FakeContainerAction.Start) == 1);
        time.Advance(TimeSpan.FromMilliseconds(600));
        started.SetResult();

        Assert.Equal("first", await HearAsync(house.Client));
    }

    [Fact]
    public async Task Each_client_is_a_flow_of_its_own()
    {
        await using var house = new UdpHouse(static options => options.MaxFlows = 8);
        await using var echo = new UdpEcho(house.Port);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => AskAsync(number == 0 ? house.Client : house.NewClient(), $"question {number}")));

        Assert.Equal(Enumerable.Range(0, 8).Select(static number => $"question {number}"), answers);
        Assert.Equal(8, house.Listener.FlowCount);
        Assert.Equal(1, house.Runtime.CountCalls(FakeContainerAction.Start));
    }

    /// <summary>Its flow went on, with a lease of a life that was over, and nobody woke the container any more.</summary>
    [Fact]
    public async Task Flow_to_a_container_that_was_stopped_from_outside_never_woke_it_again()
    {
        await using var house = new UdpHouse();
        house.ServeOnceStarted();
        Assert.Equal("first", await AskAsync(house.Client, "first"));
        await house.EndServerAsync();

        house.Runtime.End("dns");
        await Eventually.TrueAsync(() => house.Watcher.State == IdleState.Napping);

        Assert.Equal("second", await AskAsync(house.Client, "second"));
        Assert.Equal(2, house.Runtime.CountCalls(FakeContainerAction.Start));
        Assert.Equal(1, house.Listener.FlowCount);
    }

    /// <summary>The end was not told of yet; that nobody has the port any more says it.</summary>
    [Fact]
    public async Task Flow_to_a_container_that_has_ended_before_anybody_said_so_wakes_it()
    {
        await using var house = new UdpHouse();
        house.ServeOnceStarted();
        Assert.Equal("first", await AskAsync(house.Client, "first"));
        await house.EndServerAsync();
        house.Runtime.HoldEvents();
        house.Runtime.End("dns");

        // The first one tells us, and is lost as datagrams are, or is sent again.
        await Eventually.TrueAsync(async () =>
        {
            await house.Client.SendAsync("second"u8.ToArray());
            return house.Runtime.CountCalls(FakeContainerAction.Start) == 2;
        });
        Assert.Equal("second", await HearAsync(house.Client));
    }

    /// <summary>Anybody can write any sender on a datagram: each was given a buffer of 64 KiB, and could leave 16 datagrams of that size.</summary>
    [Fact]
    public async Task Flood_of_senders_to_a_sleeping_container_took_memory_without_bounds()
    {
        var go = new TaskCompletionSource();
        await using var house = new UdpHouse(static options => (options.MaxPendingBytes, options.MaxFlows) = (100_000, 400));
        house.Runtime.OnCall = (call, token) => call.Action == FakeContainerAction.Start ? go.Task.WaitAsync(token) : Task.CompletedTask;
        var datagram = new byte[1_000];
        var clients = Enumerable.Range(0, 400).Select(_ => house.NewClient()).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Eventually.TrueAsync(async () =>
        {
            // The kernel's own buffer is small, and what does not fit is lost.
            foreach (var client in clients)
            {
                await client.SendAsync(datagram);
            }

            return house.Listener.FlowCount == clients.Count;
        });

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8L * 1024 * 1024);
        Assert.InRange(house.Listener.KeptBytes, 90_000, 100_000);
    }
}
