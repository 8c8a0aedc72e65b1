using EventWatcher.Tests.Shared;
using Polly;
using Polly.Retry;

namespace EventWatcher.Sinks.Tests;

public sealed class RetryingSinkTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingSink<int> _target = new();

    [Theory]
    [InlineData("breaker")]
    [InlineData("back-off")]
    [InlineData("pipeline")]
    public async Task Write_sink_fails_always_then_nine_times_in_ten_a_hundred_events_are_all_delivered(string strategy)
    {
        var attempts = 0;
        _target.OnWrite = (_, _) => Interlocked.Increment(ref attempts) is var n && (n <= 20 || n % 10 != 0)
            ? throw new InvalidOperationException($"attempt {n}")
            : default;
        await using var sink = strategy switch
        {
            "breaker" => _target.WithRetry(new Breaker(3, TimeSpan.FromMilliseconds(10))),
            "back-off" => _target.WithRetry(new ExponentialBackoff(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(2))),
            _ => _target.WithRetry(Pipeline(TimeSpan.FromMilliseconds(1))),
        };

        await Eventually.CompletesAsync(
            Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () => await sink.WriteAsync(i)))),
            TimeSpan.FromMinutes(2));

        Assert.Equal(Enumerable.Range(0, 100), _target.Items.Order());
        Assert.True(attempts >= 1_000, $"{attempts} attempts");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_attempt_after_the_first_is_traced(bool byPipeline)
    {
        using var traces = new TraceRecorder("EventWatcher.Sinks");
        var attempts = 0;
        _target.OnWrite = (_, _) => ++attempts < 3 ? throw new InvalidOperationException("no") : default;
        var options = new RetryingSinkOptions { Name = "traced-" + Guid.NewGuid().ToString("N") };
        await using var sink = byPipeline
            ? new RetryingSink<int>(_target, Pipeline(TimeSpan.Zero), options)
            : new RetryingSink<int>(_target, new Breaker(10, TimeSpan.Zero), options);

        await sink.WriteAsync(1);

        Assert.Equal(["retry", "retry"], traces.WordsWhere("eventwatcher.sink", options.Name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_while_it_waits_interrupts_at_once_and_closes_the_child(bool byPipeline)
    {
        _target.OnWrite = (_, _) => throw new InvalidOperationException("no");
        var sink = byPipeline
            ? new RetryingSink<int>(_target, Pipeline(TimeSpan.FromHours(1)), timeProvider: _time)
            : new RetryingSink<int>(_target, new Breaker(1, TimeSpan.FromHours(1), _time), timeProvider: _time);
        var writing = sink.WriteAsync(1).AsTask();
        await _time.WaitForTimersAsync(1);

        // The clock stands still: nothing but the closing ends the wait.
        Assert.Equal(0, await Eventually.CompletesAsync(sink.CloseAsync()));

        var exception = await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal("no", exception.InnerException?.Message);
        Assert.Equal(1, _target.Disposals);
        Assert.Equal(0, _time.PendingTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_during_an_attempt_leaves_it_to_the_child_and_makes_no_other(bool byPipeline)
    {
        var fail = false;
        _target.OnWrite = (_, _) => fail ? throw new InvalidOperationException("no") : default;
        _target.Block();
        var sink = byPipeline
            ? new RetryingSink<int>(_target, Pipeline(TimeSpan.FromHours(1)), timeProvider: _time)
            : new RetryingSink<int>(_target, new Breaker(5, TimeSpan.FromHours(1), _time), timeProvider: _time);
        var writing = sink.WriteAsync(1).AsTask();
        await _target.WaitForAttemptsAsync(1);

        _ = sink.CloseAsync();
        Assert.False(writing.IsCompleted);
        fail = true;
        _target.Release();

        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal(1, _target.Attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_during_an_attempt_that_then_succeeds_the_write_has_succeeded(bool byPipeline)
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        var child = Sink.To<int>(async (item, token) =>
        {
            if (item == 1)
            {
                throw new InvalidOperationException("no");
            }

            begun.SetResult();
            await gate.Task.WaitAsync(token);
        });
        var sink = byPipeline
            ? new RetryingSink<int>(child, Pipeline(TimeSpan.FromHours(1)), timeProvider: _time)
            : new RetryingSink<int>(child, new ExponentialBackoff(TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromHours(1), new Largest()), timeProvider: _time);
        var attempting = byPipeline ? null : sink.WriteAsync(2).AsTask();
        var waiting = sink.WriteAsync(1).AsTask();
        await _time.WaitForTimersAsync(1);
        attempting ??= sink.WriteAsync(2).AsTask();
        await Eventually.CompletesAsync(begun.Task);

        // Whoever waits is told last: by then the attempt would have been, too.
        await Eventually.CompletesAsync(sink.CloseAsync());
        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(waiting));
        gate.SetResult();

        await Eventually.CompletesAsync(attempting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_child_closed_is_never_tried_again(bool byPipeline)
    {
        var attempts = 0;
        var child = Sink.To<int>(_ =>
        {
            attempts++;
            throw new SinkClosedException("child");
        });
        await using var sink = byPipeline ? child.WithRetry(Pipeline(TimeSpan.Zero)) : child.WithRetry(new Breaker(5, TimeSpan.Zero));

        await Assert.ThrowsAsync<SinkClosedException>(async () => await sink.WriteAsync(1));

        Assert.Equal(1, attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_permanent_failure_is_never_tried_again(bool byPipeline)
    {
        var attempts = 0;
        var child = Sink.To<int>(_ =>
        {
            attempts++;
            throw new HttpSinkException("child", "400", System.Net.HttpStatusCode.BadRequest, isPermanent: true);
        });
        await using var sink = byPipeline ? child.WithRetry(Pipeline(TimeSpan.Zero)) : child.WithRetry(new Breaker(5, TimeSpan.Zero));

        await Assert.ThrowsAsync<HttpSinkException>(async () => await sink.WriteAsync(1));

        Assert.Equal(1, attempts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_cancelled_while_it_waits_says_so_with_the_callers_token(bool byPipeline)
    {
        using var cancel = new CancellationTokenSource();
        _target.OnWrite = (_, _) => throw new InvalidOperationException("no");
        await using var sink = byPipeline
            ? new RetryingSink<int>(_target, Pipeline(TimeSpan.FromHours(1)), timeProvider: _time)
            : new RetryingSink<int>(_target, new Breaker(1, TimeSpan.FromHours(1), _time), timeProvider: _time);
        var writing = sink.WriteAsync(1, cancel.Token).AsTask();
        await _time.WaitForTimersAsync(1);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Write_attempts_exhausted_the_last_failure_is_inside()
    {
        var attempts = 0;
        await using var sink = Sink.To<int>(_ => throw new InvalidOperationException($"attempt {++attempts}"))
            .WithRetry(new Breaker(10, TimeSpan.Zero), maxAttempts: 3);

        var exception = await Assert.ThrowsAsync<RetriesExhaustedException>(async () => await sink.WriteAsync(1));

        Assert.Equal(3, exception.Attempts);
        Assert.Equal("attempt 3", exception.InnerException?.Message);
    }

    [Fact]
    public async Task Write_strategy_gives_up_so_does_the_sink()
    {
        await using var sink = Sink.To<int>(_ => throw new InvalidOperationException("no")).WithRetry(new GiveUp());
        Assert.Equal(1, (await Assert.ThrowsAsync<RetriesExhaustedException>(async () => await sink.WriteAsync(1))).Attempts);
    }

    [Fact]
    public async Task Write_queue_in_front_gets_the_failure_as_a_dead_letter_and_goes_on()
    {
        var dropped = new List<DroppedItem<int>>();
        var target = Sink.To<int>(item =>
        {
            if (item == 1)
            {
                throw new InvalidOperationException("no");
            }
        });
        var queue = target.WithRetry(new Breaker(10, TimeSpan.Zero), maxAttempts: 2).WithQueue(onDropped: dropped.Add);
        await queue.WriteAsync(1);
        await queue.WriteAsync(2);
        await Eventually.TrueAsync(() => queue.Count == 0);
        await queue.CloseAsync();

        Assert.IsType<RetriesExhaustedException>(Assert.Single(dropped).Exception);
    }

    private ResiliencePipeline Pipeline(TimeSpan delay) => new ResiliencePipelineBuilder { TimeProvider = delay > TimeSpan.FromSeconds(1) ? _time : TimeProvider.System }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
            MaxRetryAttempts = int.MaxValue,
            Delay = delay,
            BackoffType = DelayBackoffType.Constant,
        })
        .Build();

    private sealed class Largest : Random
    {
        public override long NextInt64(long maxValue) => maxValue - 1;
    }

    private sealed class GiveUp : RetryStrategy
    {
        public override TimeSpan Proceed() => TimeSpan.Zero;

        public override bool Failure(Exception exception) => true;

        public override void Success()
        {
        }
    }
}
