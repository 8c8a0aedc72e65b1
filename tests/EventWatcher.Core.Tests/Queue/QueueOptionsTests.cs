using Microsoft.Extensions.Options;

namespace EventWatcher.Core.Tests;

public sealed class QueueOptionsTests
{
    [Fact]
    public void Defaults_are_the_documented_ones()
    {
        var options = new EventQueueOptions();

        Assert.Equal("events", options.Name);
        Assert.Equal(TimeSpan.FromSeconds(1), options.FlushInterval);
        Assert.Equal(1_000, options.MaxBatchSize);
        Assert.Equal(10_000, options.Capacity);
        Assert.Equal(QueueOverflow.ForceReload, options.Overflow);
        Assert.Equal(TimeSpan.Zero, options.QuietPeriod);
        Assert.Null(options.Coalesce);
        Assert.False(options.DrainOnStop);
        Assert.Equal(FlushFailureMode.Continue, options.FlushFailure);
        Assert.True(options.CompleteWhenSourcesEnd);
        Assert.Equal(TimeSpan.FromSeconds(30), options.StopTimeout);
        Assert.True(EventQueueOptionsValidator.Instance.Validate(null, options).Succeeded);
    }

    [Fact]
    public void Create_every_fault_is_named_at_once_with_value_and_what_is_allowed()
    {
        var options = new EventQueueOptions
        {
            Name = "",
            FlushInterval = TimeSpan.Zero,
            MaxBatchSize = 0,
            Capacity = -1,
            Overflow = (QueueOverflow)9,
            QuietPeriod = TimeSpan.FromSeconds(-1),
            FlushFailure = (FlushFailureMode)9,
            RetryDelay = TimeSpan.Zero,
            MaxRetryDelay = TimeSpan.FromDays(2),
            StopTimeout = TimeSpan.FromSeconds(-2),
        };

        var exception = Assert.Throws<OptionsValidationException>(() => new EventQueue(options, static _ => { }));

        Assert.Equal(
            [
                "EventQueueOptions.Name is \"\"; allowed: a word.",
                "EventQueueOptions.FlushInterval is 00:00:00; allowed: longer than zero, at most 1.00:00:00.",
                "EventQueueOptions.MaxBatchSize is 0; allowed: 1 or more.",
                "EventQueueOptions.Capacity is -1; allowed: MaxBatchSize (0) or more.",
                "EventQueueOptions.Overflow is 9; allowed: ForceReload, Wait, DropOldest, DropNewest.",
                "EventQueueOptions.QuietPeriod is -00:00:01; allowed: from zero to FlushInterval (00:00:00).",
                "EventQueueOptions.FlushFailure is 9; allowed: Continue, Retry, Stop.",
                "EventQueueOptions.RetryDelay is 00:00:00; allowed: longer than zero.",
                "EventQueueOptions.MaxRetryDelay is 2.00:00:00; allowed: from RetryDelay (00:00:00) to 1.00:00:00.",
                "EventQueueOptions.StopTimeout is -00:00:02; allowed: from zero to 1.00:00:00, or Timeout.InfiniteTimeSpan.",
            ],
            exception.Failures);
    }

    [Fact]
    public void Create_capacity_below_the_batch_is_refused() =>
        AssertRefused(new EventQueueOptions { MaxBatchSize = 10, Capacity = 9 }, "Capacity is 9; allowed: MaxBatchSize (10) or more");

    [Fact]
    public void Create_quiet_period_beyond_the_interval_is_refused() =>
        AssertRefused(new EventQueueOptions { QuietPeriod = TimeSpan.FromSeconds(2) }, "QuietPeriod is 00:00:02");

    [Fact]
    public void Create_stop_timeout_longer_than_any_timer_is_refused_instead_of_never_ending() =>
        AssertRefused(new EventQueueOptions { StopTimeout = TimeSpan.MaxValue }, "StopTimeout is 10675199.02:48:05.4775807");

    [Fact]
    public void Create_infinite_stop_timeout_is_allowed()
    {
        var queue = new EventQueue(new EventQueueOptions { StopTimeout = Timeout.InfiniteTimeSpan }, static _ => { });

        Assert.Equal("events", queue.Name);
    }

    [Fact]
    public void Create_without_options_has_the_defaults_without_handler_is_refused()
    {
        Assert.Equal("events", new EventQueue(null, static _ => { }).Name);
        Assert.Throws<ArgumentNullException>(() => new EventQueue(null, (Action<IReadOnlyList<Event>>)null!));
        Assert.Throws<ArgumentNullException>(() => new EventQueue(null, (Func<IReadOnlyList<Event>, CancellationToken, ValueTask>)null!));
    }

    [Fact]
    public async Task Create_options_changed_afterwards_queue_stays()
    {
        var options = new EventQueueOptions { Capacity = 5, MaxBatchSize = 5, Overflow = QueueOverflow.DropNewest };
        await using var queue = new EventQueue(options, static _ => { });
        options.Capacity = 1_000;

        foreach (var item in TestEvents.Numbered(0, 10))
        {
            queue.TryEnqueue(item);
        }

        Assert.Equal(5, queue.Statistics.Pending);
    }

    private static void AssertRefused(EventQueueOptions options, string expected)
    {
        var exception = Assert.Throws<OptionsValidationException>(() => new EventQueue(options, static _ => { }));
        Assert.Contains(expected, Assert.Single(exception.Failures), StringComparison.Ordinal);
    }
}
