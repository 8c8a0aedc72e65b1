using System.Threading.Channels;

namespace EventWatcher.TestKit.Tests;

/// <summary>The conformance tests find what they are for.</summary>
public sealed class BrokenWatchersTests
{
    private readonly Broken _tests = new();

    [Fact]
    public async Task Consumers_compete_for_events_is_found()
    {
        var shared = Channel.CreateUnbounded<Event>();
        _tests.Emit = item => shared.Writer.TryWrite(item);
        _tests.Watcher = Watcher.Create(TestEvents.Type, async (output, token) =>
        {
            output.SetReady();
            await foreach (var item in shared.Reader.ReadAllAsync(token))
            {
                output.Emit(item);
            }
        });

        await Assert.ThrowsAsync<TimeoutException>(_tests.Watch_two_consumers_both_see_every_event);
    }

    [Fact]
    public async Task Never_ready_is_found()
    {
        _tests.Watcher = Watcher.Create(TestEvents.Type, static (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token));

        await Assert.ThrowsAsync<TimeoutException>(_tests.Ready_completed_an_event_after_it_is_seen);
    }

    [Fact]
    public async Task Ready_before_it_is_subscribed_is_found()
    {
        _tests.Watcher = Watcher.Create(TestEvents.Type, static (output, token) =>
        {
            output.SetReady();
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        });

        await Assert.ThrowsAsync<TimeoutException>(_tests.Ready_completed_an_event_after_it_is_seen);
    }

    [Fact]
    public async Task Run_that_does_not_end_is_found()
    {
        var never = new TaskCompletionSource();
        _tests.Watcher = Watcher.Create(
            TestEvents.Type,
            (output, _) =>
            {
                output.SetReady();
                return never.Task;
            },
            new WatcherOptions { StopTimeout = TimeSpan.Zero });

        await Assert.ThrowsAsync<TimeoutException>(_tests.Cancellation_completes_both_channels_and_the_run);
        await Assert.ThrowsAsync<TimeoutException>(_tests.Watch_many_rounds_leave_nothing_behind);
        never.SetResult();
    }

    [Fact]
    public async Task Order_turned_around_is_found()
    {
        var waiting = new List<Event>();
        FakeWatcher watcher = new();
        _tests.Watcher = watcher;
        _tests.Emit = item =>
        {
            waiting.Insert(0, item);
            if (waiting.Count == 3)
            {
                waiting.ForEach(watcher.Emit);
            }
        };

        await Assert.ThrowsAsync<TimeoutException>(_tests.Events_come_in_the_order_in_which_they_happened);
    }

    [Fact]
    public async Task Streams_held_for_ever_are_found()
    {
        var held = new List<WatchStream>();
        _tests.Watcher = new Holding(held);

        await Assert.ThrowsAsync<TimeoutException>(_tests.Watch_many_rounds_leave_nothing_behind);
        Assert.NotEmpty(held);
    }

    private sealed class Holding(List<WatchStream> held) : IWatcher
    {
        private readonly FakeWatcher _watcher = new();

        public WatchStream Watch(CancellationToken cancellationToken = default)
        {
            held.Add(_watcher.Watch(cancellationToken));
            return held[^1];
        }
    }

    private sealed class Broken : WatcherConformanceTests
    {
        private int _number;

        public IWatcher? Watcher { get; set; }

        public Action<Event> Emit { get; set; } = static _ => { };

        protected override TimeSpan Deadline => TimeSpan.FromMilliseconds(300);

        protected override int EventCount => 3;

        protected override IWatcher CreateWatcher() => Watcher!;

        protected override Task<ExpectedEvent> CauseEventAsync()
        {
            Emit(TestEvents.Numbered(++_number));
            return Task.FromResult(new ExpectedEvent(EventAction.Custom(0), $"{_number}"));
        }
    }
}
