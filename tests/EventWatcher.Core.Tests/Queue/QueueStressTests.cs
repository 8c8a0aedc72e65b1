namespace EventWatcher.Core.Tests;

/// <summary>Random interleavings of producers, a moody handler, flushes and the end. The seed is in the message.</summary>
public sealed class QueueStressTests
{
    private const int Producers = 4;
    private const int EventsEach = 400;

    public static TheoryData<QueueOverflow, FlushFailureMode, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<QueueOverflow, FlushFailureMode, bool>();
            foreach (var overflow in Enum.GetValues<QueueOverflow>())
            {
                foreach (var failure in Enum.GetValues<FlushFailureMode>())
                {
                    kinds.Add(overflow, failure, false);
                    kinds.Add(overflow, failure, true);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Random_interleavings_lose_nothing_silently_and_keep_order(QueueOverflow overflow, FlushFailureMode failure, bool drain)
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            try
            {
                await Eventually.CompletesAsync(RunAsync(new Random(seed), overflow, failure, drain));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{overflow}, {failure}, drain {drain}, seed {seed}", exception);
            }
        }
    }

    private static async Task RunAsync(Random random, QueueOverflow overflow, FlushFailureMode failure, bool drain)
    {
        var options = new EventQueueOptions
        {
            MaxBatchSize = random.Next(1, 50),
            Capacity = random.Next(50, 300),
            Overflow = overflow,
            FlushFailure = failure,
            DrainOnStop = drain,
            FlushInterval = TimeSpan.FromMilliseconds(random.Next(1, 10)),
            QuietPeriod = TimeSpan.FromMilliseconds(random.Next(2)),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(3),
        };
        var mood = new Random(random.Next());
        var throwOneOf = random.Next(2, 10);
        var handler = new RecordingHandler
        {
            OnBatch = async (_, _) =>
            {
                switch (mood.Next(4))
                {
                    case 0:
                        await Task.Yield();
                        break;
                    case 1:
                        await Task.Delay(TimeSpan.FromMilliseconds(mood.Next(3)), CancellationToken.None);
                        break;
                }

                if (mood.Next(throwOneOf) == 0)
                {
                    throw mood.Next(2) == 0 ? new FormatException() : new OperationCanceledException();
                }
            },
        };
        var queue = new EventQueue(options, handler.HandleAsync, handler.HandleErrorAsync);
        queue.Start();
        var producing = Enumerable.Range(0, Producers)
            .Select(producer => Produce(queue, producer, overflow == QueueOverflow.Wait, new Random(random.Next())))
            .ToArray();
        if (random.Next(2) == 0)
        {
            await Task.WhenAll(producing);
            if (failure != FlushFailureMode.Stop)
            {
                await queue.FlushAsync();
            }
        }
        else
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20)));
        }

        await queue.StopAsync();
        var calls = handler.Batches.Count;
        var kept = (await Task.WhenAll(producing)).Sum();

        Assert.InRange(handler.MostRunningCalls, 0, 1);
        Assert.Equal(0, handler.RunningCalls);
        AssertCounts(queue, handler, kept, overflow);
        AssertOrder(handler);
        AssertBatches(handler, options);
        await Task.Yield();
        Assert.Equal(calls, handler.Batches.Count);
    }

    /// <returns>How many the queue said it kept.</returns>
    private static async Task<int> Produce(EventQueue queue, int producer, bool waits, Random random)
    {
        await Task.Yield();
        var kept = 0;
        for (var i = 0; i < EventsEach; i++)
        {
            var item = TestEvents.Numbered(i, $"p{producer}");
            if (waits ? await queue.EnqueueAsync(item) : queue.TryEnqueue(item))
            {
                kept++;
            }

            if (random.Next(50) == 0)
            {
                await Task.Yield();
            }

            if (random.Next(200) == 0)
            {
                _ = queue.FlushAsync();
            }
        }

        return kept;
    }

    private static void AssertCounts(EventQueue queue, RecordingHandler handler, int kept, QueueOverflow overflow)
    {
        var statistics = queue.Statistics;
        var accepted = handler.AcceptedEvents;
        Assert.Equal(0, statistics.Pending);
        Assert.Equal(accepted.Count, statistics.Flushed);
        Assert.Equal(statistics.Received, statistics.Flushed + statistics.Dropped + statistics.Failed);

        // What the queue said it kept and did not hand over is counted as failed or dropped.
        var real = accepted.Count(static item => !item.Action.IsForceReload);
        Assert.True(kept - real <= statistics.Failed + statistics.Dropped, $"kept {kept}, flushed {real}, {statistics}");
        if (overflow == QueueOverflow.Wait)
        {
            Assert.DoesNotContain(handler.Errors, static error => error is QueueOverflowException);
        }
    }

    private static void AssertOrder(RecordingHandler handler)
    {
        foreach (var source in handler.AcceptedEvents.Where(static item => !item.Action.IsForceReload).GroupBy(static item => item.Source))
        {
            var numbers = source.Select(TestEvents.NumberOf).ToArray();
            Assert.Equal(numbers.Order().Distinct(), numbers);
        }

        // Where numbers are missing between two that came, and nothing failed, a force-reload of that source is between them.
        if (handler.Errors.Any(static error => error is FlushException) || handler.Errors.Any(static error => error is QueueOverflowException { Policy: not QueueOverflow.ForceReload }))
        {
            return;
        }

        foreach (var source in handler.AcceptedEvents.GroupBy(static item => item.Source))
        {
            var last = -1;
            var isExplained = false;
            foreach (var item in source)
            {
                if (item.Action.IsForceReload)
                {
                    isExplained = true;
                    continue;
                }

                var number = TestEvents.NumberOf(item);
                Assert.True(number == last + 1 || isExplained, $"{source.Key}: {number} after {last}");
                isExplained = false;
                last = number;
            }
        }
    }

    private static void AssertBatches(RecordingHandler handler, EventQueueOptions options)
    {
        Assert.All(handler.Batches, batch => Assert.InRange(batch.Count, 1, options.MaxBatchSize));
    }
}
