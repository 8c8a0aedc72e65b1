using System.Net.Security;

namespace EventWatcher.Idle.Tests;

public sealed class ClientHelloTests
{
    /// <summary>What a real client says.</summary>
    private static async Task<byte[]> RecordAsync(string host)
    {
        var said = new MemoryStream();
        await using var stream = new Recorder(said);
        await using var tls = new SslStream(stream);
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(host));
        return said.ToArray();
    }

    [Fact]
    public async Task TryRead_finds_the_host_however_the_hello_is_cut()
    {
        var hello = await RecordAsync("app.example.com");

        for (var length = 0; length < hello.Length; length++)
        {
            Assert.False(ClientHello.TryRead(hello.AsSpan(0, length), out _), $"{length} of {hello.Length} bytes");
        }

        Assert.True(ClientHello.TryRead(hello, out var host));
        Assert.Equal("app.example.com", host);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task TryRead_finds_the_host_across_records(int size)
    {
        var hello = await RecordAsync("app.example.com");
        var cut = new List<byte>();
        foreach (var part in hello[5..].Chunk(size))
        {
            cut.AddRange([22, 3, 1, (byte)(part.Length >> 8), (byte)part.Length, .. part]);
        }

        Assert.True(ClientHello.TryRead(cut.ToArray(), out var host));
        Assert.Equal("app.example.com", host);
    }

    [Fact]
    public void TryRead_of_something_else_says_no_host_at_once()
    {
        Assert.True(ClientHello.TryRead("GET / HTTP/1.1"u8, out var host));
        Assert.Null(host);
    }

    [Fact]
    public async Task TryRead_of_anything_never_throws()
    {
        var hello = await RecordAsync("app.example.com");
        var random = new Random(4);
        for (var round = 0; round < 20_000; round++)
        {
            var changed = hello.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            _ = ClientHello.TryRead(changed.AsSpan(0, random.Next(changed.Length + 1)), out _);
        }
    }

    private sealed class Recorder(MemoryStream said) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => said.Write(buffer, offset, count);
    }
}
