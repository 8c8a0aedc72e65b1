using Xunit;

namespace EventWatcher.TestKit;

/// <summary>Shows that a sink keeps what <see cref="ISink{T}"/> promises. Inherit it, and run it as any test class.</summary>
/// <remarks>What has gone in must come out again at <see cref="ReceiveAsync"/>, each item once.</remarks>
/// <typeparam name="T">What is written; items are told apart by equality.</typeparam>
/// <example>
/// <code>
/// public sealed class LogSinkConformanceTests : SinkConformanceTests&lt;string&gt;
/// {
///     private readonly StringWriter _log = new();
///     protected override ISink&lt;string&gt; CreateSink() => new LogSink(_log);
///     protected override string CreateItem(int number) => $"line {number}";
///     protected override Task&lt;IReadOnlyList&lt;string&gt;&gt; ReceiveAsync(int count) => ReadLinesAsync(_log, count);
/// }
/// </code>
/// </example>
public abstract class SinkConformanceTests<T>
    where T : notnull
{
    /// <summary>Gets how long a test waits for what must come.</summary>
    /// <value>The default is <see cref="Eventually.DefaultDeadline"/>.</value>
    protected virtual TimeSpan Deadline => Eventually.DefaultDeadline;

    /// <summary>Gets how many writers write at once.</summary>
    /// <value>The default is 8.</value>
    protected virtual int Writers => 8;

    /// <summary>Gets how many items each writer writes.</summary>
    /// <value>The default is 100.</value>
    protected virtual int ItemsPerWriter => 100;

    /// <summary>Makes a sink. Called once in each test, which disposes it.</summary>
    /// <returns>An open sink.</returns>
    protected abstract ISink<T> CreateSink();

    /// <summary>Makes an item.</summary>
    /// <param name="number">Which; another number makes another item.</param>
    /// <returns>The item.</returns>
    protected abstract T CreateItem(int number);

    /// <summary>Waits until so many items have arrived where the sink brings them.</summary>
    /// <param name="count">How many; zero returns at once what has arrived until now.</param>
    /// <returns>All that have arrived, in order.</returns>
    protected abstract Task<IReadOnlyList<T>> ReceiveAsync(int count);

    /// <summary>An item arrives.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Write_an_item_arrives()
    {
        var sink = CreateSink();
        await using var _ = sink.ConfigureAwait(false);

        await WriteAsync(sink, 1).ConfigureAwait(false);

        Assert.Equal([CreateItem(1)], await ReceivedAsync(1).ConfigureAwait(false));
    }

    /// <summary>Null is refused at the door, and the sink goes on.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Write_null_is_refused()
    {
        var sink = CreateSink();
        await using var _ = sink.ConfigureAwait(false);
        if (default(T) is null)
        {
            await Assert.ThrowsAsync<ArgumentNullException>(async () => await sink.WriteAsync(default!).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await WriteAsync(sink, 1).ConfigureAwait(false);

        Assert.Equal([CreateItem(1)], await ReceivedAsync(1).ConfigureAwait(false));
    }

    /// <summary>One writer's items arrive in its order.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Write_one_writers_items_arrive_in_order()
    {
        var sink = CreateSink();
        await using var _ = sink.ConfigureAwait(false);

        for (var i = 0; i < ItemsPerWriter; i++)
        {
            await WriteAsync(sink, i).ConfigureAwait(false);
        }

        Assert.Equal(Enumerable.Range(0, ItemsPerWriter).Select(CreateItem), await ReceivedAsync(ItemsPerWriter).ConfigureAwait(false));
    }

    /// <summary>Concurrent writes are tolerated: every item arrives once, each writer's in its order.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Write_concurrently_every_item_arrives_once_and_in_each_writers_order()
    {
        var sink = CreateSink();
        await using var _ = sink.ConfigureAwait(false);

        await Eventually.CompletesAsync(
            Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < ItemsPerWriter; i++)
                {
                    await WriteAsync(sink, (writer * ItemsPerWriter) + i).ConfigureAwait(false);
                }
            }))),
            Deadline).ConfigureAwait(false);

        AssertOnceAndInOrder(Enumerable.Range(0, Writers * ItemsPerWriter), await ReceivedAsync(Writers * ItemsPerWriter).ConfigureAwait(false));
    }

    /// <summary>After closing every write throws, not only the first.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Write_after_disposal_always_throws()
    {
        var sink = CreateSink();
        await sink.DisposeAsync().ConfigureAwait(false);

        for (var i = 0; i < ItemsPerWriter; i++)
        {
            var item = CreateItem(i);
            await Assert.ThrowsAsync<SinkClosedException>(async () => await sink.WriteAsync(item).ConfigureAwait(false)).ConfigureAwait(false);
        }

        Assert.Empty(await ReceivedAsync(0).ConfigureAwait(false));
    }

    /// <summary>Disposing again, and at the same time, is harmless.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Dispose_many_times_at_once_is_as_once()
    {
        var sink = CreateSink();
        await WriteAsync(sink, 1).ConfigureAwait(false);

        await Eventually.CompletesAsync(
            Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () => await sink.DisposeAsync().ConfigureAwait(false)))),
            Deadline).ConfigureAwait(false);
        await sink.DisposeAsync().ConfigureAwait(false);

        Assert.Equal([CreateItem(1)], await ReceivedAsync(1).ConfigureAwait(false));
    }

    /// <summary>What was accepted before closing is delivered by it.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Dispose_accepted_items_are_delivered()
    {
        var sink = CreateSink();
        for (var i = 0; i < ItemsPerWriter; i++)
        {
            await WriteAsync(sink, i).ConfigureAwait(false);
        }

        await DisposeAsync(sink).ConfigureAwait(false);

        Assert.Equal(Enumerable.Range(0, ItemsPerWriter).Select(CreateItem), await ReceivedAsync(ItemsPerWriter).ConfigureAwait(false));
    }

    /// <summary>A write while the sink is closed either delivers its item or throws <see cref="SinkClosedException"/>, and never hangs.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Dispose_during_writes_each_is_delivered_or_throws()
    {
        var sink = CreateSink();
        var accepted = new System.Collections.Concurrent.ConcurrentBag<int>();
        var begun = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    var number = (i * Writers) + writer;
                    await sink.WriteAsync(CreateItem(number)).ConfigureAwait(false);
                    accepted.Add(number);
                    Interlocked.Increment(ref begun);

                    // Not so fast that there is nothing but writers.
                    await Task.Yield();
                }
            }
            catch (SinkClosedException)
            {
                // What ends the loop.
            }
        })));
        await Eventually.TrueAsync(() => Volatile.Read(ref begun) >= Writers, Deadline).ConfigureAwait(false);

        await DisposeAsync(sink).ConfigureAwait(false);
        await Eventually.CompletesAsync(writing, Deadline).ConfigureAwait(false);

        var received = await ReceivedAsync(accepted.Count).ConfigureAwait(false);
        Assert.Equal(received.Count, received.Distinct().Count());
        Assert.Subset(received.ToHashSet(), accepted.Select(CreateItem).ToHashSet());
    }

    /// <summary>A write that is cancelled already says so with its caller's token, or takes the item; the sink goes on.</summary>
    /// <returns>The test.</returns>
    [Fact]
    public async Task Write_cancelled_carries_the_callers_token_and_the_sink_goes_on()
    {
        var sink = CreateSink();
        await using var _ = sink.ConfigureAwait(false);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync().ConfigureAwait(false);
        var taken = 1;
        try
        {
            await sink.WriteAsync(CreateItem(1), cancelled.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            Assert.Equal(cancelled.Token, exception.CancellationToken);
            taken = 0;
        }

        await WriteAsync(sink, 2).ConfigureAwait(false);

        Assert.Equal(CreateItem(2), (await ReceivedAsync(taken + 1).ConfigureAwait(false))[taken]);
    }

    private async Task WriteAsync(ISink<T> sink, int number) =>
        await Eventually.CompletesAsync(sink.WriteAsync(CreateItem(number)).AsTask(), Deadline).ConfigureAwait(false);

    private async Task DisposeAsync(ISink<T> sink) =>
        await Eventually.CompletesAsync(sink.DisposeAsync().AsTask(), Deadline).ConfigureAwait(false);

    private Task<IReadOnlyList<T>> ReceivedAsync(int count) => Eventually.CompletesAsync(ReceiveAsync(count), Deadline);

    private void AssertOnceAndInOrder(IEnumerable<int> numbers, IReadOnlyList<T> received)
    {
        var numberOf = numbers.ToDictionary(CreateItem, static number => number);
        Assert.Equal(numberOf.Count, received.Count);
        Assert.Equal(numberOf.Count, received.Distinct().Count());
        foreach (var writer in received.Select(item => numberOf[item]).GroupBy(number => number / ItemsPerWriter))
        {
            Assert.Equal(writer.Order(), writer);
        }
    }
}
