using System.Net;
using System.Net.Sockets;

namespace EventWatcher.Idle.Tests;

public sealed class HealthProbeTests
{
    private static HealthProbeTarget Target(int port = 1, bool? health = null, bool wasFoundRunning = false) => new()
    {
        Container = "app",
        Id = new ContainerId("app"),
        Address = new IPEndPoint(IPAddress.Loopback, port),
        ContainerHealth = health,
        WasFoundRunning = wasFoundRunning,
    };

    [Fact]
    public async Task Tcp_passes_where_the_connection_stays_open()
    {
        await using var echo = new TcpEcho().Start();

        Assert.Null(await new TcpHealthProbe().ProbeAsync(Target(echo.Port), CancellationToken.None));
    }

    [Fact]
    public async Task Tcp_does_not_pass_where_the_connection_is_closed_at_once()
    {
        await using var echo = new TcpEcho { ClosesFirst = 1 }.Start();

        Assert.NotNull(await new TcpHealthProbe().ProbeAsync(Target(echo.Port), CancellationToken.None));
        Assert.Null(await new TcpHealthProbe().ProbeAsync(Target(echo.Port), CancellationToken.None));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(401, true)]
    [InlineData(404, true)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Http_passes_with_a_status_below_500(int status, bool passes)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var asked = Task.Run(async () =>
        {
            using var client = await listener.AcceptAsync();
            var buffer = new byte[4_096];
            var read = await client.ReceiveAsync(buffer);
            await client.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return System.Text.Encoding.ASCII.GetString(buffer, 0, read);
        });
        using var probe = new HttpHealthProbe("/health?deep=1");

        var problem = await probe.ProbeAsync(Target(((IPEndPoint)listener.LocalEndPoint!).Port), CancellationToken.None);

        Assert.Equal(passes, problem is null);
        Assert.StartsWith("GET /health?deep=1 HTTP/1.1", await asked, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(null, true, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    public async Task Container_follows_what_its_own_check_says(bool? health, bool wasFoundRunning, bool passes) =>
        Assert.Equal(passes, await new ContainerHealthProbe().ProbeAsync(Target(health: health, wasFoundRunning: wasFoundRunning), CancellationToken.None) is null);

    [Fact]
    public void Probing_polls_every_200_ms_and_backs_off_after_ten_seconds()
    {
        var tries = 0;
        using var test = new Lone(configure: options => options.HealthProbe = new DelegateHealthProbe((_, _) =>
        {
            tries++;
            return new ValueTask<string?>("not yet");
        }));
        _ = test.Watcher.AdmitAsync().AsTask();

        test.Advance(9.9);
        Assert.Equal(50, tries);
        test.Advance(50);

        Assert.InRange(tries, 70, 85);
        Assert.Equal(0, test.Watcher.Snapshot().Leases);
    }

    [Fact]
    public void Monitor_that_fails_three_times_makes_the_state_an_error_where_that_is_set()
    {
        string? problem = null;
        using var test = new Lone(ContainerStatus.Running, options =>
        {
            options.HealthProbe = new DelegateHealthProbe((_, _) => new ValueTask<string?>(problem));
            options.MonitorInterval = TimeSpan.FromSeconds(10);
            options.UnhealthyIs = UnhealthyIs.Error;
            options.IdleTimeout = TimeSpan.FromHours(1);
        });
        problem = "out of memory";

        test.Advance(25);
        Assert.Equal(IdleState.Ready, test.Watcher.State);
        test.Advance(6);

        Assert.Equal(IdleState.Error, test.Watcher.State);
        Assert.Equal("out of memory", test.Watcher.Snapshot().Detail);
    }
}
