using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace EventWatcher.Idle.Tests;

public sealed class IdleTcpListenerTests : IAsyncDisposable
{
    private readonly FakeContainerProvider _runtime = new();
    private readonly TcpEcho _echo = new();
    private readonly List<IAsyncDisposable> _owned = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        await _echo.DisposeAsync();
    }

    private (IdleWatcher Watcher, IdleTcpListener Listener) Listen(Action<IdleContainerOptions>? configure = null, Action<IdleTcpListenerOptions>? listen = null)
    {
        _runtime.Add("app");
        var options = new IdleOptions();
        var container = new IdleContainerOptions { Port = _echo.Port };
        configure?.Invoke(container);
        options.Containers["app"] = container;
        var manager = new IdleManager(_runtime, options);
        _owned.Add(manager);
        manager.Start();
        var listening = new IdleTcpListenerOptions { Container = "app" };
        listen?.Invoke(listening);
        var listener = new IdleTcpListener(manager, listening);
        _owned.Add(listener);
        listener.Start();
        return (manager.GetOrAdd("app"), listener);
    }

    private static async Task<Socket> DialAsync(IdleTcpListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(listener.LocalEndPoint!);
        return socket;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Eventually.DefaultDeadline);
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, limit.Token) is var read and > 0)
        {
            await all.WriteAsync(buffer.AsMemory(0, read), limit.Token);
        }

        return all.ToArray();
    }

    [Fact]
    public async Task Connection_wakes_is_carried_both_ways_and_its_half_close_is_passed_on()
    {
        _echo.Start();
        var (watcher, listener) = Listen();
        using var client = await DialAsync(listener);
        var sent = new byte[300_000];
        new Random(1).NextBytes(sent);

#pragma warning disable CA2025 // Awaited below.
        var received = ReadToEndAsync(client);
#pragma warning restore CA2025
        await client.SendAsync(sent);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(sent.Concat("bye"u8.ToArray()), await received);
        await Eventually.TrueAsync(() => watcher.Snapshot().Leases == 0 && listener.ConnectionCount == 0);
    }

    [Fact]
    public async Task Connection_holds_a_lease_from_beginning_to_end()
    {
        _echo.Start();
        var (watcher, listener) = Listen();
        var client = await DialAsync(listener);
        await Eventually.TrueAsync(() => watcher.Snapshot().Leases == 1);

        client.Dispose();

        await Eventually.TrueAsync(() => watcher.Snapshot().Leases == 0);
    }

    /// <summary>As Docker's proxy does for a port behind which nothing listens yet.</summary>
    [Fact]
    public async Task Server_that_accepts_and_closes_at_first_nobody_sees_it()
    {
        _echo.ClosesFirst = 5;
        _echo.Start();
        var (_, listener) = Listen(static options => options.Probe = ProbeKind.None);

        for (var connection = 0; connection < 3; connection++)
        {
            using var client = await DialAsync(listener);
            await client.SendAsync("hi"u8.ToArray());
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal("hibye"u8.ToArray(), await ReadToEndAsync(client));
        }

        Assert.Equal(8, _echo.Accepted);
    }

    [Fact]
    public async Task Server_that_refuses_at_first_is_dialled_again()
    {
        var (watcher, listener) = Listen(static options => options.Probe = ProbeKind.None);
        using var client = await DialAsync(listener);
        await Eventually.TrueAsync(() => watcher.State == IdleState.Ready);
        _echo.Start();

        await client.SendAsync("hi"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("hibye"u8.ToArray(), await ReadToEndAsync(client));
    }

    /// <summary>What others do is told by events, and a connection may be faster than these.</summary>
    [Fact]
    public async Task Container_that_has_ended_before_anybody_said_so_is_woken_again()
    {
        var (watcher, listener) = Listen(static options => options.Probe = ProbeKind.None);
        await Eventually.CompletesAsync(watcher.WakeAsync());
        _runtime.HoldEvents();
        _runtime.End("app");
        _runtime.OnCall = (call, _) =>
        {
            if (call.Action == FakeContainerAction.Start)
            {
                _echo.Start();
            }

            return Task.CompletedTask;
        };
        using var client = await DialAsync(listener);

        await client.SendAsync("hi"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("hibye"u8.ToArray(), await ReadToEndAsync(client));
        Assert.Equal(2, _runtime.CountCalls(FakeContainerAction.Start));
    }

    [Fact]
    public async Task Container_that_cannot_be_woken_its_connections_are_closed()
    {
        _runtime.OnCall = static (call, _) => call.Action == FakeContainerAction.Start ? throw new ContainerOperationException(call.Id, "no") : Task.CompletedTask;
        var (_, listener) = Listen();
        using var client = await DialAsync(listener);

        Assert.Empty(await ReadToEndAsync(client));
    }

    [Fact]
    public async Task Client_that_goes_away_waits_no_longer_and_the_wake_goes_on()
    {
        var go = new TaskCompletionSource();
        _runtime.OnCall = (call, token) => call.Action == FakeContainerAction.Start ? go.Task.WaitAsync(token) : Task.CompletedTask;
        _echo.Start();
        var (watcher, listener) = Listen();
        var client = await DialAsync(listener);
        await Eventually.TrueAsync(() => watcher.Snapshot().Waiting == 1);

        client.Dispose();

        await Eventually.TrueAsync(() => watcher.Snapshot().Waiting == 0);
        go.SetResult();
        await Eventually.TrueAsync(() => watcher.State == IdleState.Ready);
    }

    [Fact]
    public async Task Hooks_are_called_with_the_connection()
    {
        _echo.Start();
        var (dialled, read) = (0, 0);
        var (_, listener) = Listen(listen: options =>
        {
            options.BeforeDial = (connection, _) =>
            {
                Assert.Equal("app", connection.Container);
                Interlocked.Increment(ref dialled);
                return ValueTask.CompletedTask;
            };
            options.OnRead = (_, count) => Interlocked.Add(ref read, count);
        });
        using var client = await DialAsync(listener);
        await client.SendAsync("hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        await ReadToEndAsync(client);

        Assert.Equal((1, 5), (dialled, read));
    }

    [Theory]
    [InlineData("app.example.com", true)]
    [InlineData("x.wild.example.com", true)]
    [InlineData("other.example.com", false)]
    public async Task Hosts_choose_the_container_by_what_a_TLS_client_asks_for(string host, bool isKnown)
    {
        _echo.Start();
        var (_, listener) = Listen(listen: static options =>
        {
            options.Container = null;
            options.Hosts["app.example.com"] = "app";
            options.Hosts["*.wild.example.com"] = "app";
        });
        using var client = await DialAsync(listener);
        await using var tls = new SslStream(new NetworkStream(client, ownsSocket: false));

        // The echo server answers the hello by itself, which is no TLS: what matters is whether anything comes back.
        await Assert.ThrowsAnyAsync<Exception>(() => Eventually.CompletesAsync(tls.AuthenticateAsClientAsync(host)));

        Assert.Equal(isKnown ? 1 : 0, _echo.Accepted > 0 ? 1 : 0);
    }

    [Fact]
    public async Task MaxSilence_gives_the_lease_back_and_the_next_byte_takes_it_again()
    {
        _echo.Start();
        var (watcher, listener) = Listen(listen: static options => options.MaxSilence = TimeSpan.FromMilliseconds(200));
        using var client = await DialAsync(listener);
        await Eventually.TrueAsync(() => watcher.Snapshot().Leases == 1);
        await Eventually.TrueAsync(() => watcher.Snapshot().Leases == 0);
        Assert.Equal(1, listener.ConnectionCount);

        await client.SendAsync("hi"u8.ToArray());

        var buffer = new byte[2];
        Assert.Equal(2, await client.ReceiveAsync(buffer));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("bye"u8.ToArray(), await ReadToEndAsync(client));
    }

    [Fact]
    public async Task DisposeAsync_ends_every_connection()
    {
        _echo.Start();
        var (watcher, listener) = Listen();
        using var client = await DialAsync(listener);
        await Eventually.TrueAsync(() => watcher.Snapshot().Leases == 1);

        await Eventually.CompletesAsync(listener.DisposeAsync().AsTask());

        Assert.Equal(0, watcher.Snapshot().Leases);
        Assert.Empty(await ReadToEndOrResetAsync(client));
    }

    [Fact]
    public void Bad_options_are_refused_with_every_fault()
    {
        var options = new IdleTcpListenerOptions { Port = 0, MaxSilence = TimeSpan.Zero, Hosts = { ["not a host"] = "app" } };
        var manager = new IdleManager(_runtime);
        _owned.Add(manager);

        Assert.Equal(3, Assert.Throws<OptionsValidationException>(() => new IdleTcpListener(manager, options)).Failures.Count());
    }

    /// <summary>What was cut in the middle looked to the client like what was complete.</summary>
    [Fact]
    public async Task Server_that_reset_its_connection_looked_like_one_that_had_said_all()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        var (_, listener) = Listen(options =>
        {
            options.Port = ((IPEndPoint)server.LocalEndPoint!).Port;
            options.Probe = ProbeKind.None;
        });
        using var client = await DialAsync(listener);
        await client.SendAsync("question"u8.ToArray());
        using (var accepted = await server.AcceptAsync().WaitAsync(Eventually.DefaultDeadline))
        {
            var buffer = new byte[100];
            Assert.Equal(8, await accepted.ReceiveAsync(buffer));
            await accepted.SendAsync("half of an ans"u8.ToArray());
            Assert.Equal(14, await client.ReceiveAsync(buffer).WaitAsync(Eventually.DefaultDeadline));
            accepted.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        var failure = await Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(client));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Client_that_reset_its_connection_looked_to_the_server_like_one_that_had_said_all()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        var (_, listener) = Listen(options =>
        {
            options.Port = ((IPEndPoint)server.LocalEndPoint!).Port;
            options.Probe = ProbeKind.None;
        });
        var client = await DialAsync(listener);
        await client.SendAsync("question"u8.ToArray());
        using var accepted = await server.AcceptAsync().WaitAsync(Eventually.DefaultDeadline);
        var buffer = new byte[100];
        Assert.Equal(8, await accepted.ReceiveAsync(buffer));
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();

        await Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(accepted));
    }

    private static async Task<byte[]> ReadToEndOrResetAsync(Socket client)
    {
        try
        {
            return await ReadToEndAsync(client);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
