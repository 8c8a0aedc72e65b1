namespace EventWatcher.Sinks.Tests;

public sealed class ChannelSinkTests
{
    [Fact]
    public async Task Write_unbuffered_a_hundred_concurrent_writers_all_are_received_and_a_hundred_writes_after_close_all_throw()
    {
        var sink = new ChannelSink<int>();
        var reading = Task.Run(async () => await sink.ReadAllAsync().ToListAsync());

        await Eventually.CompletesAsync(Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await sink.WriteAsync(i)))));
        await sink.DisposeAsync();

        Assert.Equal(Enumerable.Range(0, 100), (await Eventually.CompletesAsync(reading)).Order());
        Assert.True(sink.Done.IsCompletedSuccessfully);
        for (var i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<SinkClosedException>(async () => await sink.WriteAsync(i));
        }
    }

    [Fact]
    public async Task Write_unbuffered_returns_when_the_item_was_received()
    {
        await using var sink = new ChannelSink<int>();
        var writing = sink.WriteAsync(1).AsTask();
        Assert.False(writing.IsCompleted);

        Assert.True(await sink.Reader.WaitToReadAsync());
        Assert.True(sink.Reader.TryRead(out var item));

        Assert.Equal(1, item);
        await Eventually.CompletesAsync(writing);
        Assert.False(sink.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Write_buffered_waits_beyond_the_buffer_and_after_close_throws_though_there_is_room()
    {
        var sink = new ChannelSink<int>(new ChannelSinkOptions { Capacity = 2 });
        await sink.WriteAsync(1);
        await sink.WriteAsync(2);
        var third = sink.WriteAsync(3).AsTask();
        Assert.False(third.IsCompleted);
        Assert.Equal(1, await sink.Reader.ReadAsync());
        await Eventually.CompletesAsync(third);
        var fourth = sink.WriteAsync(4).AsTask();

        await sink.DisposeAsync();

        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(fourth));
        Assert.False(sink.Reader.Completion.IsCompleted);
        Assert.Equal([2, 3], await sink.ReadAllAsync().ToListAsync());
        await Eventually.CompletesAsync(sink.Reader.Completion);
        for (var i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<SinkClosedException>(async () => await sink.WriteAsync(i));
        }
    }

    [Fact]
    public async Task Close_unbuffered_writers_that_wait_are_refused_and_their_items_are_not_read()
    {
        var sink = new ChannelSink<int>();
        var writing = Enumerable.Range(0, 10).Select(i => sink.WriteAsync(i).AsTask()).ToArray();

        await sink.DisposeAsync();

        foreach (var write in writing)
        {
            await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(write));
        }

        Assert.Empty(await sink.ReadAllAsync().ToListAsync());
    }

    [Fact]
    public async Task Write_cancelled_while_it_waits_the_item_is_not_read()
    {
        await using var sink = new ChannelSink<int>();
        using var cancel = new CancellationTokenSource();
        var first = sink.WriteAsync(1, cancel.Token).AsTask();
        var second = sink.WriteAsync(2).AsTask();

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(first));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(2, await sink.Reader.ReadAsync());
        await Eventually.CompletesAsync(second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Read_many_readers_and_cancelled_reads_each_item_is_read_once(int capacity)
    {
        var sink = new ChannelSink<int>(new ChannelSinkOptions { Capacity = capacity });
        var read = new System.Collections.Concurrent.ConcurrentQueue<int>();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            while (!sink.Reader.Completion.IsCompleted)
            {
                using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(reader), TimeProvider.System);
                try
                {
                    read.Enqueue(await sink.Reader.ReadAsync(impatience.Token));
                }
                catch (Exception exception) when (exception is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
                {
                    // It looks again.
                }
            }
        })).ToArray();

        await Eventually.CompletesAsync(Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                await sink.WriteAsync((writer * 1_000) + i);
            }
        }))));
        await sink.DisposeAsync();
        await Eventually.CompletesAsync(Task.WhenAll(readers));

        Assert.Equal(Enumerable.Range(0, 4_000), read.Order());
    }
}
