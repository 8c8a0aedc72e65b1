using System.Collections.Concurrent;
using System.Globalization;

namespace EventWatcher.Sinks.Tests;

public sealed class BroadcasterStressTests
{
    private static readonly TimeSpan Duration =
        string.Equals(Environment.GetEnvironmentVariable("EVENTWATCHER_STRESS"), "long", StringComparison.Ordinal) ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Random_adds_removes_writes_and_closes_who_is_there_throughout_gets_everything_once_in_each_writers_order(bool ordered, bool parallel)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("EVENTWATCHER_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        var present = Enumerable.Range(0, 4).Select(i => new Collector(slow: i % 2 == 1)).ToArray();

        // Directly, behind a queue, behind a small one, and behind retries.
        ISink<(int Writer, int Number)>[] children =
        [
            present[0],
            present[1].WithQueue(),
            present[2].WithQueue(capacity: 5),
            present[3].WithRetry(new ExponentialBackoff()).WithQueue(capacity: 50),
        ];
        var broadcaster = new Broadcaster<(int Writer, int Number)>(children, ordered, new BroadcasterOptions<(int, int)> { Parallel = parallel });
        using var stop = new CancellationTokenSource(Duration);
        var written = new int[4];
        var writers = Enumerable.Range(0, written.Length).Select(writer => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await broadcaster.WriteAsync((writer, written[writer]));
                written[writer]++;
            }
        })).ToArray();
        var guests = Enumerable.Range(0, 3).Select(guest => Task.Run(async () =>
        {
            var random = new Random(seed + guest);
            var mine = new List<ISink<(int, int)>>();
            while (!stop.IsCancellationRequested)
            {
                switch (random.Next(4))
                {
                    case 0 or 1 when mine.Count < 20:
                        ISink<(int, int)> sink = new Collector(slow: random.Next(2) == 0);
                        sink = random.Next(2) == 0 ? sink : sink.WithQueue(overflow: SinkOverflow.DropOldest, capacity: 3);
                        mine.Add(sink);
                        broadcaster.Add(sink);
                        break;
                    case 2 when mine.Count > 0:
                        broadcaster.Remove(mine[random.Next(mine.Count)]);
                        break;
                    case 3 when mine.Count > 0:
                        var closed = mine[random.Next(mine.Count)];
                        mine.Remove(closed);
                        await closed.DisposeAsync();
                        break;
                }

                await Task.Yield();
            }
        })).ToArray();

        await Eventually.CompletesAsync(Task.WhenAll([.. writers, .. guests]), Duration + Eventually.DefaultDeadline);
        Assert.Equal(0, await Eventually.CompletesAsync(broadcaster.CloseAsync()));

        Assert.All(written, count => Assert.True(count > 0, $"seed {seed}: nothing was written"));
        foreach (var sink in present)
        {
            for (var writer = 0; writer < written.Length; writer++)
            {
                var numbers = sink.Items.Where(item => item.Writer == writer).Select(item => item.Number);
                Assert.True(numbers.SequenceEqual(Enumerable.Range(0, written[writer])), $"seed {seed}: writer {writer} of sink {Array.IndexOf(present, sink)}");
            }
        }
    }

    [Fact]
    public async Task Close_during_writes_of_many_threads_what_a_write_has_not_thrown_for_has_arrived_everywhere()
    {
        for (var round = 0; round < 50; round++)
        {
            var sinks = Enumerable.Range(0, 3).Select(i => new Collector(slow: i == 1)).ToArray();
            var broadcaster = new Broadcaster<(int Writer, int Number)>([sinks[0], sinks[1].WithQueue(), sinks[2].WithQueue(capacity: 2)], ordered: round % 2 == 0);
            var returned = new ConcurrentBag<(int, int)>();
            var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
            {
                try
                {
                    for (var i = 0; ; i++)
                    {
                        await broadcaster.WriteAsync((writer, i));
                        returned.Add((writer, i));
                    }
                }
                catch (SinkClosedException)
                {
                    // What ends the loop.
                }
            })).ToArray();
            await Eventually.TrueAsync(() => returned.Count > round * 3);
            await Eventually.CompletesAsync(Task.WhenAll(Enumerable.Range(0, 3).Select(_ => broadcaster.CloseAsync())));
            await Eventually.CompletesAsync(Task.WhenAll(writers));

            Assert.All(sinks, sink =>
            {
                Assert.Equal(sink.Items.Count, sink.Items.Distinct().Count());
                Assert.Empty(returned.Except(sink.Items));
            });
        }
    }

    private sealed class Collector(bool slow) : ISink<(int Writer, int Number)>
    {
        private readonly List<(int Writer, int Number)> _items = [];
        private bool _isClosed;

        public IReadOnlyList<(int Writer, int Number)> Items
        {
            get
            {
                lock (_items)
                {
                    return [.. _items];
                }
            }
        }

        public async ValueTask WriteAsync((int Writer, int Number) item, CancellationToken cancellationToken = default)
        {
            if (slow && item.Number % 16 == 0)
            {
                await Task.Yield();
            }

            lock (_items)
            {
                if (_isClosed)
                {
                    throw new SinkClosedException("collector");
                }

                _items.Add(item);
            }
        }

        public ValueTask DisposeAsync()
        {
            lock (_items)
            {
                _isClosed = true;
            }

            return default;
        }
    }
}
