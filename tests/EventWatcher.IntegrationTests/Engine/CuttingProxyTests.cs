using System.Text;

namespace EventWatcher.IntegrationTests;

[Collection(DockerEngineCollection.Name)]
public sealed class CuttingProxyTests(DockerEngineFixture fixture)
{
    private static readonly Uri Info = new("info", UriKind.Relative);
    private static readonly Uri EventStream = new("events", UriKind.Relative);

    [SkippableFact]
    public async Task Requests_pass_and_are_counted()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        using var control = new EngineControl(proxy.Socket);

        Assert.True(await control.AnswersAsync());
        var id = await control.RunAsync();
        Assert.Equal("running", (await control.FindAsync(id))?.State);
        await control.RemoveAsync(id);

        Assert.InRange(proxy.Accepted, 1, 5);
        Assert.InRange(proxy.BytesUp, 200, 10_000);
        Assert.InRange(proxy.BytesDown, 200, 100_000);
    }

    [SkippableTheory]
    [InlineData(ProxyCut.Abort)]
    [InlineData(ProxyCut.Close)]
    public async Task CutAllAsync_stream_breaks_and_new_connections_pass(ProxyCut how)
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        using var client = EngineSocket.CreateClient(proxy.Socket, Timeout.InfiniteTimeSpan);
        await using var stream = await client.GetStreamAsync(EventStream);
        var end = stream.ReadAsync(new byte[1]).AsTask();

        await proxy.CutAllAsync(how);

        _ = await Assert.ThrowsAnyAsync<IOException>(() => end.WaitAsync(Deadline.Generous));
        await Deadline.UntilAsync(() => proxy.Connected == 0, () => "the end of the connection");
        using var answer = await client.GetAsync(Info);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [SkippableFact]
    public async Task CutAllAsync_end_of_body_stream_ends_as_HTTP_wants_it()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        using var client = EngineSocket.CreateClient(proxy.Socket, Timeout.InfiniteTimeSpan);
        await using var stream = await client.GetStreamAsync(EventStream);
        var end = stream.ReadAsync(new byte[1]).AsTask();

        await proxy.CutAllAsync(ProxyCut.EndOfBody);

        Assert.Equal(0, await end.WaitAsync(Deadline.Generous));
    }

    [SkippableFact]
    public async Task CutAllAsync_abort_over_tcp_is_a_reset()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket, tcp: true);
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Endpoint.Replace("tcp://", "http://", StringComparison.Ordinal)) };
        await using var stream = await client.GetStreamAsync(EventStream);
        var end = stream.ReadAsync(new byte[1]).AsTask();

        await proxy.CutAllAsync();

        var broken = await Assert.ThrowsAnyAsync<IOException>(() => end.WaitAsync(Deadline.Generous));
        var cause = Assert.IsType<System.Net.Sockets.SocketException>(broken.InnerException);
        Assert.Equal(System.Net.Sockets.SocketError.ConnectionReset, cause.SocketErrorCode);
    }

    [SkippableFact]
    public async Task CutAfter_exactly_so_many_bytes_arrive()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(proxy.Socket));
        proxy.CutAfter(17);

        _ = await socket.SendAsync("GET /info HTTP/1.1\r\nHost: engine\r\n\r\n"u8.ToArray());
        await using var stream = new System.Net.Sockets.NetworkStream(socket);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received).WaitAsync(Deadline.Generous);

        Assert.Equal("HTTP/1.1 200 OK\r\n", Encoding.ASCII.GetString(received.ToArray()));
        Assert.Equal(17, proxy.BytesDown);
    }

    [SkippableFact]
    public async Task Stall_nothing_arrives_until_resumed()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        using var control = new EngineControl(proxy.Socket);
        Assert.True(await control.AnswersAsync());
        var before = proxy.BytesDown;

        proxy.Stall();
        var info = control.InfoAsync();
        Assert.False(await control.AnswersAsync(TimeSpan.FromMilliseconds(200)));
        Assert.False(info.IsCompleted);
        Assert.Equal(before, proxy.BytesDown);

        proxy.Resume();
        Assert.NotNull(await info.WaitAsync(Deadline.Generous));
    }

    [SkippableFact]
    public async Task RefuseAsync_new_connections_fail_and_old_ones_go_on()
    {
        fixture.SkipUnlessAvailable();
        await using var proxy = new CuttingProxy(fixture.Host.Socket);
        using var old = new EngineControl(proxy.Socket);
        Assert.True(await old.AnswersAsync());

        await proxy.RefuseAsync();
        Assert.True(await old.AnswersAsync());
        using var another = new EngineControl(proxy.Socket);
        Assert.False(await another.AnswersAsync());

        proxy.Accept();
        Assert.True(await another.AnswersAsync());
    }
}
