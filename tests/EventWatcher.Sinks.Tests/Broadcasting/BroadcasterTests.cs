namespace EventWatcher.Sinks.Tests;

public sealed class BroadcasterTests
{
    [Fact]
    public async Task Write_ten_sinks_added_twice_and_a_thousand_concurrent_writes_each_gets_each_once()
    {
        var sinks = Enumerable.Range(0, 10).Select(_ => new RecordingSink<int>()).ToArray();
        var broadcaster = new Broadcaster<int>([.. sinks, sinks[0]]);
        Assert.All(sinks, sink => Assert.False(broadcaster.Add(sink)));
        Assert.Equal(10, broadcaster.Children.Count);

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () => await broadcaster.WriteAsync(i))));
        Assert.All(sinks, sink => Assert.Equal(Enumerable.Range(0, 1_000), sink.Items.Order()));

        Assert.True(broadcaster.Remove(sinks[0]));
        Assert.False(broadcaster.Remove(sinks[0]));
        await broadcaster.WriteAsync(1_000);
        Assert.Equal(1_000, sinks[0].Items.Count);
        Assert.Equal(0, sinks[0].Disposals);
        Assert.Equal(1_001, sinks[1].Items.Count);

        Assert.True(broadcaster.Add(sinks[0]));
        await broadcaster.WriteAsync(1_001);
        Assert.Equal([1_001], sinks[0].Items.Skip(1_000));

        await broadcaster.DisposeAsync();
        Assert.All(sinks, sink => Assert.Equal(1, sink.Disposals));
        await Assert.ThrowsAsync<SinkClosedException>(async () => await broadcaster.WriteAsync(1));
        Assert.Throws<SinkClosedException>(() => broadcaster.Add(new RecordingSink<int>()));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public async Task Write_closed_child_among_four_the_others_get_the_item_exactly_once(int closed, bool parallel)
    {
        var sinks = Enumerable.Range(0, 4).Select(_ => new RecordingSink<int>()).ToArray();
        await using var broadcaster = new Broadcaster<int>(sinks, options: new BroadcasterOptions<int> { Parallel = parallel });
        await sinks[closed].DisposeAsync();

        await broadcaster.WriteAsync(1);
        await broadcaster.WriteAsync(2);

        Assert.All(sinks.Where((_, i) => i != closed), sink => Assert.Equal([1, 2], sink.Items));
        Assert.Equal(sinks.Where((_, i) => i != closed), broadcaster.Children);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Write_children_added_removed_and_written_from_inside_the_delivery_in_progress_is_undisturbed(bool ordered, bool parallel)
    {
        var sinks = Enumerable.Range(0, 4).Select(_ => new RecordingSink<int>()).ToArray();
        var added = new RecordingSink<int>();
        await using var broadcaster = new Broadcaster<int>(sinks, ordered, new BroadcasterOptions<int> { Parallel = parallel });
        sinks[1].OnWrite = async (item, token) =>
        {
            if (item == 1)
            {
                await Task.Yield();
                broadcaster.Remove(sinks[0]);
                broadcaster.Remove(sinks[1]);
                broadcaster.Add(added);
                await broadcaster.WriteAsync(2, token);
            }
        };

        await Eventually.CompletesAsync(broadcaster.WriteAsync(1).AsTask());

        // An ordered one delivers what was written from inside after what is in progress.
        Assert.Equal([1], sinks[0].Items);
        Assert.Equal([1], sinks[1].Items);
        Assert.Equal([1, 2], sinks[2].Items.Order());
        Assert.Equal([1, 2], sinks[3].Items.Order());
        Assert.Equal([2], added.Items);
        if (ordered)
        {
            Assert.Equal([1, 2], sinks[2].Items);
            Assert.Equal([1, 2], sinks[3].Items);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_closed_from_inside_ends_and_tells_the_writer_that_it_was_cut_short(bool ordered)
    {
        var sinks = Enumerable.Range(0, 3).Select(_ => new RecordingSink<int>()).ToArray();
        var broadcaster = new Broadcaster<int>(sinks, ordered);
        sinks[0].OnWrite = async (_, _) => await broadcaster.DisposeAsync();

        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(broadcaster.WriteAsync(1).AsTask()));

        Assert.All(sinks, sink => Assert.Equal(1, sink.Disposals));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_child_throws_it_is_reported_and_the_others_get_the_item(bool parallel)
    {
        var failures = new List<ChildFailure<int>>();
        var bad = new RecordingSink<int> { OnWrite = (_, _) => throw new InvalidOperationException("bad") };
        var good = new[] { new RecordingSink<int>(), new RecordingSink<int>() };
        await using var broadcaster = new Broadcaster<int>([good[0], bad, good[1]], options: new BroadcasterOptions<int>
        {
            Parallel = parallel,
            OnFailure = failure =>
            {
                failures.Add(failure);
                throw new InvalidOperationException("the callback is bad too");
            },
        });

        await broadcaster.WriteAsync(7);

        Assert.All(good, sink => Assert.Equal([7], sink.Items));
        var failure = Assert.Single(failures);
        Assert.Same(bad, failure.Child);
        Assert.Equal(7, failure.Item);
        Assert.Equal("bad", failure.Exception.Message);
        Assert.Contains(bad, broadcaster.Children);
    }

    [Fact]
    public async Task Write_cancelled_while_a_child_waits_says_so_with_the_callers_token()
    {
        using var cancel = new CancellationTokenSource();
        var blocked = new RecordingSink<int>();
        blocked.Block();
        await using var broadcaster = new Broadcaster<int>([blocked]);

        var writing = broadcaster.WriteAsync(1, cancel.Token).AsTask();
        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.CompletesAsync(writing));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal([blocked], broadcaster.Children);
    }

    [Fact]
    public async Task Write_parallel_all_children_have_the_item_at_once()
    {
        var sinks = Enumerable.Range(0, 3).Select(_ => new RecordingSink<int>()).ToArray();
        Array.ForEach(sinks, sink => sink.Block());
        await using var broadcaster = new Broadcaster<int>(sinks, options: new BroadcasterOptions<int> { Parallel = true });

        var writing = broadcaster.WriteAsync(1).AsTask();

        Assert.All(sinks, sink => Assert.Equal(1, sink.Attempts));
        Assert.False(writing.IsCompleted);
        Array.ForEach(sinks, sink => sink.Release());
        await Eventually.CompletesAsync(writing);
    }

    [Fact]
    public async Task Write_ordered_all_children_get_concurrent_writes_in_one_order()
    {
        var sinks = Enumerable.Range(0, 3).Select(_ => new RecordingSink<int> { OnWrite = async (_, _) => await Task.Yield() }).ToArray();
        await using var broadcaster = new Broadcaster<int>(sinks, ordered: true);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () => await broadcaster.WriteAsync(i))));

        Assert.Equal(500, sinks[0].Items.Count);
        Assert.All(sinks, sink => Assert.Equal(sinks[0].Items, sink.Items));
        Assert.All(sinks, sink => Assert.Equal(1, sink.MostRunningWrites));
    }

    [Fact]
    public async Task Write_ordered_from_what_a_child_has_left_running_is_a_write_as_any()
    {
        var gate = new TaskCompletionSource();
        Task? left = null;
        var sink = new RecordingSink<int>();
        await using var broadcaster = new Broadcaster<int>([sink], ordered: true);
        sink.OnWrite = (_, _) =>
        {
            left ??= Task.Run(
                async () =>
                {
                    await gate.Task;
                    await broadcaster.WriteAsync(2);
                },
                CancellationToken.None);
            return ValueTask.CompletedTask;
        };

        await broadcaster.WriteAsync(1);
        gate.SetResult();
        await Eventually.CompletesAsync(left!);

        Assert.Equal([1, 2], sink.Items);
    }

    [Fact]
    public async Task Close_ordered_from_inside_what_was_taken_for_later_is_counted()
    {
        var sink = new RecordingSink<int>();
        var broadcaster = new Broadcaster<int>([sink], ordered: true);
        sink.OnWrite = async (item, token) =>
        {
            if (item == 1)
            {
                await broadcaster.WriteAsync(2, token);
                await broadcaster.CloseAsync();
            }
        };

        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(broadcaster.WriteAsync(1).AsTask()));

        // Whoever wrote the first item has been told; of the second one nobody is left to be.
        Assert.Equal(1, await Eventually.CompletesAsync(broadcaster.CloseAsync()));
        Assert.Empty(sink.Items);
    }

    [Fact]
    public async Task Close_ordered_with_a_hanging_child_writers_that_wait_for_their_turn_are_refused()
    {
        var hanging = new RecordingSink<int> { IgnoresCancellation = true };
        hanging.Block();
        var broadcaster = new Broadcaster<int>([hanging], ordered: true);
        var first = broadcaster.WriteAsync(1).AsTask();
        var second = broadcaster.WriteAsync(2).AsTask();

        await Eventually.CompletesAsync(broadcaster.CloseAsync());

        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(second));
        hanging.Release();
        await Assert.ThrowsAsync<SinkClosedException>(() => Eventually.CompletesAsync(first));
    }

    [Fact]
    public async Task Write_without_children_goes_nowhere()
    {
        await using var broadcaster = new Broadcaster<int>();
        await broadcaster.WriteAsync(1);
        Assert.Empty(broadcaster.Children);
    }

    [Fact]
    public async Task Write_allocates_nothing()
    {
        await using var broadcaster = new Broadcaster<string>(Enumerable.Range(0, 10).Select(_ => Sink.To<string>(_ => { })));
        long Write()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                var writing = broadcaster.WriteAsync("item");
                Assert.True(writing.IsCompletedSuccessfully);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Compilation allocates now and then; the writes themselves would each time.
        Assert.InRange(Enumerable.Range(0, 10).Min(_ => Write()), 0, 500);
    }

    [Fact]
    public async Task Close_child_hangs_and_another_throws_all_are_closed_in_order_and_the_deadline_holds()
    {
        var time = new FakeTimeProvider();
        var sinks = Enumerable.Range(0, 3).Select(_ => new RecordingSink<int>()).ToArray();
        sinks[1].BlockDisposal();
        var broadcaster = new Broadcaster<int>(sinks, timeProvider: time);

        var closing = broadcaster.CloseAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => sinks[1].Disposals == 1);
        Assert.Equal(0, sinks[2].Disposals);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, await Eventually.CompletesAsync(closing));
        await Eventually.TrueAsync(() => sinks[2].Disposals == 1);
    }
}
