using Microsoft.AspNetCore.Http.Features;

namespace EventWatcher.Idle.AspNetCore.Tests;

/// <summary>Connections of which one side does nothing more.</summary>
public sealed class UpgradedConnectionTests
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Container_that_takes_nothing_is_given_half_a_minute_after_its_client_has_gone()
    {
        var time = new FakeTimeProvider();
        using var gone = new CancellationTokenSource();
        var splicing = SpliceAsync(new SaidAndTaken(new byte[100]), new SaidAndTaken { Takes = NeverAsync }, time, gone.Token);

        time.Advance(TimeSpan.FromMinutes(5));
        await gone.CancelAsync();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(splicing.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));
        await splicing.WaitAsync(Generous);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_said_arrives_also_from_who_takes_nothing_more(bool isClient)
    {
        var isRefused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var closed = new SaidAndTaken(new byte[100])
        {
            SaysAfter = isRefused.Task,
            Takes = (_, _) =>
            {
                isRefused.SetResult();
                throw new IOException("closed");
            },
        };
        await using var other = new SaidAndTaken(new byte[7]);

        await SpliceAsync(isClient ? closed : other, isClient ? other : closed, TimeProvider.System, CancellationToken.None).WaitAsync(Generous);

        Assert.Equal(100, other.Taken);
    }

    [Fact]
    public async Task Client_that_takes_nothing_more_and_says_nothing_is_given_half_a_minute()
    {
        var time = new FakeTimeProvider();
        var isRefused = new TaskCompletionSource();
        var client = new SaidAndTaken
        {
            Takes = (_, _) =>
            {
                isRefused.SetResult();
                throw new IOException("closed");
            },
        };
        var splicing = SpliceAsync(client, new SaidAndTaken(new byte[1]) { StaysAfter = true }, time, CancellationToken.None);

        await isRefused.Task.WaitAsync(Generous);
        Assert.False(splicing.IsCompleted);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return splicing.IsCompleted;
        });
        await splicing;
    }

    [Fact]
    public async Task Silence_ends_it_where_a_limit_is_set_and_every_byte_begins_it_anew()
    {
        var time = new FakeTimeProvider();
        var speaks = new TaskCompletionSource();
        var container = new SaidAndTaken();
        var splicing = SpliceAsync(new SaidAndTaken(new byte[1]) { SaysAfter = speaks.Task, StaysAfter = true }, container, time, CancellationToken.None, TimeSpan.FromMinutes(1));

        time.Advance(TimeSpan.FromSeconds(59));
        speaks.SetResult();
        await Eventually.TrueAsync(() => container.Taken == 1);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(splicing.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));
        await splicing.WaitAsync(Generous);
    }

    private static async Task SpliceAsync(Stream client, Stream container, TimeProvider time, CancellationToken gone, TimeSpan? maxSilence = null)
    {
        var context = new DefaultHttpContext { RequestAborted = gone };
        context.Features.Set<IHttpUpgradeFeature>(new Upgrade(client));
        using var answer = new HttpResponseMessage(HttpStatusCode.SwitchingProtocols) { Content = new Content(container) };
        await UpgradedConnection.SpliceAsync(context, answer, time, maxSilence);
    }

    private static async ValueTask NeverAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.Infinite, cancellationToken);

    private sealed class Upgrade(Stream stream) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => Task.FromResult(stream);
    }

    private sealed class Content(Stream stream) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>A connection to somebody who says something and closes, or says nothing and stays.</summary>
    private sealed class SaidAndTaken(byte[]? said = null) : Stream
    {
        private bool _hasSaid;

        public Task SaysAfter { get; init; } = Task.CompletedTask;

        public bool StaysAfter { get; init; }

        public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? Takes { get; init; }

        public int Taken { get; private set; }

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await SaysAfter.WaitAsync(cancellationToken);
            if (said is null || (_hasSaid && StaysAfter))
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var text = _hasSaid ? [] : said;
            _hasSaid = true;
            text.CopyTo(buffer);
            return text!.Length;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await (Takes?.Invoke(buffer, cancellationToken) ?? ValueTask.CompletedTask);
            Taken += buffer.Length;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}
