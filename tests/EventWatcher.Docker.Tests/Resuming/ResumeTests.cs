namespace EventWatcher.Docker.Tests;

public sealed class ResumeTests : WatcherTest
{
    public static TheoryData<string> CutModes => [.. Enum.GetNames<CutMode>()];

    [Theory]
    [MemberData(nameof(CutModes))]
    public async Task Cut_with_events_in_the_gap_delivers_each_once_in_order_without_a_force_reload(string mode)
    {
        var consumer = await WatchReadyAsync();
        for (var i = 0; i < 20; i++)
        {
            Engine.Emit("start", $"before-{i}");
        }

        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(Enum.Parse<CutMode>(mode));
        for (var i = 0; i < 200; i++)
        {
            Engine.Emit("die", $"gap-{i}");
        }

        await SettleAsync(consumer);
        Assert.Equal(
            [.. Enumerable.Range(0, 20).Select(i => $"start before-{i}"), .. Enumerable.Range(0, 200).Select(i => $"die gap-{i}")],
            WordsOf(consumer));
        Assert.Equal(WatchState.Ready, consumer.Stream.State);
    }

    [Fact]
    public async Task Clean_cut_is_routine_and_reports_no_error()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(CutMode.Clean);
        await SettleAsync(consumer);

        Assert.Empty(consumer.Errors);
        Assert.Empty(consumer.Reloads);
    }

    [Fact]
    public async Task Cut_without_the_end_reports_one_error_that_names_the_engine()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(CutMode.Close);
        await SettleAsync(consumer);

        var error = Assert.Single(consumer.Errors);
        Assert.IsType<DockerStreamCutException>(error.InnerException);
        Assert.Contains(Engine.Endpoint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ring_that_wrapped_in_the_gap_gives_one_force_reload_once_the_new_stream_stands()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        var gate = new TaskCompletionSource();
        Engine.Faults.NextStreams(1, Fault.HoldHeadersUntil(gate.Task));
        await Engine.CutStreamsAsync(CutMode.Clean);
        Engine.WrapRing();
        Engine.Emit("start", "gap");
        await Engine.WaitForRequestAsync(r => r.IsEventStream, 2);
        Assert.Empty(consumer.Reloads);

        gate.SetResult();
        await consumer.WaitForReloadsAsync(1);
        await SettleAsync(consumer);

        Assert.Equal(["force-reload", "start gap"], WordsOf(consumer));
    }

    [Fact]
    public async Task Engine_restarted_gives_one_force_reload_and_none_at_later_cuts()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        await Engine.RestartAsync();
        await consumer.WaitForReloadsAsync(1);
        await SettleAsync(consumer);
        for (var i = 0; i < 3; i++)
        {
            await Engine.CutStreamsAsync(CutMode.Clean);
            await SettleAsync(consumer);
        }

        Assert.Single(consumer.Reloads);
    }

    [Fact]
    public async Task Anchor_that_left_the_memory_is_not_asked_for_again_when_a_quiet_stream_is_cut_again()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        await Engine.StopAsync(keepSocketFile: true);
        Engine.Start();

        // In the memory before the stream is back, and not repeated by it as the stream that stands says nothing.
        Engine.Emit("start", "gap");
        Engine.Faults.Next(1, Fault.CutAfterBytes(0, CutMode.Clean), r => r.IsEventStream);
        await consumer.WaitForReloadsAsync(1);
        await Engine.WaitForStreamsAsync(1);
        await Engine.CutStreamsAsync(CutMode.Clean);
        await SettleAsync(consumer);

        Assert.Single(consumer.Reloads);
    }

    [Fact]
    public async Task No_event_yet_and_a_cut_gives_one_force_reload()
    {
        var consumer = await WatchReadyAsync();
        await Engine.CutStreamsAsync(CutMode.Clean);
        await consumer.WaitForReloadsAsync(1);
        await SettleAsync(consumer);

        Assert.Single(consumer.Reloads);
        Assert.Contains("before any event", consumer.ReloadReasons, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_from_before_the_watch_is_the_anchor_of_a_stream_that_has_received_nothing()
    {
        Engine.Emit("start", "old");
        var consumer = await WatchReadyAsync();
        await Engine.CutStreamsAsync(CutMode.Close);
        Engine.Emit("start", "gap");
        await SettleAsync(consumer);

        Assert.Equal(["start gap"], WordsOf(consumer));
    }

    [Theory]
    [InlineData(-3_600)]
    [InlineData(-30)]
    [InlineData(-11)]
    [InlineData(-5)]
    [InlineData(-0.05)]
    [InlineData(5)]
    [InlineData(3_600)]
    public async Task Clock_that_was_stepped_in_the_gap_loses_nothing_silently(double seconds)
    {
        var consumer = await WatchReadyAsync();
        Engine.Emit("start", "before");
        await SettleAsync(consumer);
        await Engine.CutStreamsAsync(CutMode.Close);
        Engine.Clock.Step(TimeSpan.FromSeconds(seconds));
        Engine.Emit("die", "gap");
        await SettleAsync(consumer);
        Engine.Emit("start", "after");
        await SettleAsync(consumer);

        var words = WordsOf(consumer);
        Assert.Equal("start before", words[0]);
        Assert.Equal("start after", words[^1]);
        Assert.True(words.Contains("die gap", StringComparer.Ordinal) || consumer.Reloads.Count == 1, string.Join(", ", words));
        Assert.True(consumer.Reloads.Count <= 1, consumer.ReloadReasons);
        if (seconds > 0)
        {
            // Nothing went out of the memory, and times that go forward hide nothing.
            Assert.Empty(consumer.Reloads);
        }
    }

    [Fact]
    public async Task Clock_that_was_set_back_hides_nothing_between_headers_and_subscription()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        var gate = new TaskCompletionSource();
        Engine.Faults.Next(1, Fault.SubscribeAfter(gate.Task), r => r.IsEventStream);
        Engine.Clock.Step(TimeSpan.FromHours(-1));
        await Engine.CutStreamsAsync(CutMode.Close);
        await consumer.WaitForReloadsAsync(1);

        // The consumer lists now; this comes after its list, and before the engine has really subscribed the stream.
        Engine.Emit("start", "early");
        gate.SetResult();
        await consumer.WaitForAsync("start early");
        Assert.Single(consumer.Reloads);
    }

    [Fact]
    public async Task Times_that_go_back_by_56_ms_drop_nothing()
    {
        var consumer = await WatchReadyAsync();
        var now = Engine.Clock.NextNano();
        for (var i = 0; i < 100; i++)
        {
            Engine.Emit("start", $"c{i}", now + (i * 1_000_000) - (i % 2 * 56_000_000));
            if (i is 30 or 60)
            {
                await Engine.CutStreamsAsync(CutMode.Close);
            }
        }

        await SettleAsync(consumer);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"start c{i}"), WordsOf(consumer));
    }

    [Fact]
    public async Task Event_that_is_repeated_from_memory_and_comes_live_is_delivered_once()
    {
        Engine.Emit("start", "old");
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        await Engine.StopListeningAsync();
        await Engine.CutStreamsAsync(CutMode.Close);

        // In the memory when the stream is opened, and published to it afterwards.
        var late = Engine.Append("start", "late");
        Engine.StartListening();
        await consumer.WaitForAsync("start late");
        await Engine.PublishAsync(late);
        Engine.Faults.RepeatNext();
        Engine.Emit("start", "twice");
        await SettleAsync(consumer);

        Assert.Equal(["start late", "start twice"], WordsOf(consumer));
    }

    [Fact]
    public async Task Anchor_that_is_remembered_but_not_repeated_by_the_stream_gives_one_force_reload()
    {
        var time = TimeSpan.FromMilliseconds(500);
        var consumer = await WatchReadyAsync(o => o.Timeout = time);
        await SettleAsync(consumer);
        var gate = new TaskCompletionSource();
        Engine.Faults.Next(1, Fault.SubscribeAfter(gate.Task), r => r.IsEventStream);
        var bounded = Engine.Requests.Count(r => r.IsBoundedRead);
        await Engine.CutStreamsAsync(CutMode.Close);

        // Read from the memory while it was there; gone when the stream is subscribed.
        await Engine.WaitForRequestAsync(r => r.IsBoundedRead, bounded + 1);
        await EventWatcher.TestKit.Eventually.TrueAsync(() => Engine.Requests.Count(r => r.IsBoundedRead) == bounded + 1 && Engine.OpenStreams == 0);
        Engine.WrapRing();
        gate.SetResult();
        await consumer.WaitForReloadsAsync(1);
        await SettleAsync(consumer);

        Assert.Single(consumer.Reloads);
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("ring")]
    [InlineData("stream")]
    public async Task Attempt_that_fails_half_way_is_tried_again_and_loses_nothing(string step)
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        foreach (var fault in (Fault[])[Fault.Answer(500, "not now"), new Fault { NoAnswer = true }, Fault.NotJson(502)])
        {
            Engine.Faults.Next(1, fault, r => step switch { "ping" => r.Path == "/_ping", "ring" => r.IsBoundedRead, _ => r.IsEventStream });
        }

        await Engine.CutStreamsAsync(CutMode.Close);
        for (var i = 0; i < 50; i++)
        {
            Engine.Emit("start", $"gap-{i}");
        }

        await SettleAsync(consumer);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"start gap-{i}"), WordsOf(consumer));
    }

    [Fact]
    public async Task Unreadable_event_does_not_come_again_out_of_order_with_the_next_resume()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        Engine.Faults.CorruptNext();
        Engine.Emit("start", "c");
        Engine.Emit("die", "c");
        await consumer.WaitForAsync("die c");
        await Engine.CutStreamsAsync(CutMode.Close);
        await SettleAsync(consumer);

        Assert.Equal(["force-reload", "die c"], WordsOf(consumer));
    }

    [Fact]
    public async Task Event_dropped_silently_before_a_cut_is_delivered_late_with_the_resume()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        Engine.Faults.DropNext();
        Engine.Emit("start", "dropped");
        Engine.Emit("start", "other");
        await consumer.WaitForAsync("start other");
        await Engine.CutStreamsAsync(CutMode.Close);
        await SettleAsync(consumer);

        Assert.Equal(["start other", "start dropped"], WordsOf(consumer));
    }

    [Fact]
    public async Task Event_dropped_silently_before_a_later_one_of_its_container_gives_a_force_reload_at_the_resume()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        Engine.Faults.DropNext();
        Engine.Emit("start", "c");
        Engine.Emit("die", "c");
        await consumer.WaitForAsync("die c");
        await Engine.CutStreamsAsync(CutMode.Close);
        await SettleAsync(consumer);

        Assert.Equal(["die c", "force-reload"], WordsOf(consumer));
    }

    [Fact]
    public async Task Hundred_cuts_during_steady_traffic_lose_and_repeat_nothing()
    {
        var consumer = await WatchReadyAsync();
        await SettleAsync(consumer);
        var emitting = Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                Engine.Emit("start", $"c{i}");
                if (i % 5 == 0)
                {
                    await Task.Yield();
                }

                if (i % 10 == 0)
                {
                    await Engine.CutStreamsAsync((CutMode)(i / 10 % 4));
                    await Engine.WaitForStreamsAsync(1);
                }
            }
        });
        await emitting;
        await SettleAsync(consumer);

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"start c{i}"), WordsOf(consumer));
    }
}
