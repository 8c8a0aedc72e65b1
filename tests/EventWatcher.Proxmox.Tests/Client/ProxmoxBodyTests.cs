namespace EventWatcher.Proxmox.Tests;

public sealed class ProxmoxBodyTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(16 * 1024, 4_096)]
    [InlineData((16 * 1024) + 1, 100_000)]
    [InlineData(300_000, 16_413)]
    public async Task ReadAsync_gives_all_bytes_in_whatever_pieces_they_come(int length, int piece)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var content = new StreamContent(new PiecewiseStream(bytes, piece));
        using var body = new ProxmoxBody();

        await body.ReadAsync(content, length, default);

        Assert.Equal(bytes, body.Bytes.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReadAsync_refuses_what_is_larger_announced_or_not(bool isAnnounced)
    {
        var stream = new PiecewiseStream(new byte[20_000], 1_000);
        using var content = new StreamContent(stream);
        content.Headers.ContentLength = isAnnounced ? 20_000 : null;
        using var body = new ProxmoxBody();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => body.ReadAsync(content, 10_000, default));

        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, exception.HttpRequestError);
        Assert.InRange(stream.Position, 0, isAnnounced ? 0 : 11_000);
    }

    [Theory]
    [InlineData(HttpRequestError.Unknown)]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.InvalidResponse)]
    public async Task ReadAsync_tells_a_lost_connection_from_a_file_that_fails(HttpRequestError error)
    {
        var lost = error is HttpRequestError.Unknown ? new IOException("reset") : new HttpIOException(error, "ended");
        using var content = new StreamContent(new PiecewiseStream(new byte[5_000], 1_000, lost));
        using var body = new ProxmoxBody();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => body.ReadAsync(content, 10_000, default));

        Assert.Equal(error, exception.HttpRequestError);
        Assert.Same(lost, exception.InnerException);
    }

    [Fact]
    public async Task ReadAsync_takes_the_place_of_what_was_read_before()
    {
        using var half = new StreamContent(new PiecewiseStream([1, 2, 3], 2, new IOException("reset")));
        using var whole = new ByteArrayContent([4]);
        using var body = new ProxmoxBody();
        await Assert.ThrowsAsync<HttpRequestException>(() => body.ReadAsync(half, 3, default));

        await body.ReadAsync(whole, 3, default);

        Assert.Equal([4], body.Bytes.ToArray());
    }

    [Fact]
    public async Task Dispose_gives_the_memory_back_once()
    {
        using var content = new ByteArrayContent([1, 2, 3]);
        var body = new ProxmoxBody();
        await body.ReadAsync(content, 3, default);

        body.Dispose();
        body.Dispose();
        using var one = new ProxmoxBody();
        using var other = new ProxmoxBody();
        using var first = new ByteArrayContent([1]);
        using var second = new ByteArrayContent([2]);
        await one.ReadAsync(first, 1, default);
        await other.ReadAsync(second, 1, default);

        Assert.True(body.Bytes.IsEmpty);
        Assert.Equal([1], one.Bytes.ToArray());
        Assert.Equal([2], other.Bytes.ToArray());
    }
}
