namespace EventWatcher.Idle.Tests;

public sealed class MomentHeapTests
{
    private sealed class Target : ITimed
    {
        public int PlaceInTimer { get; set; }

        public long? Expected { get; set; }

        public void OnTime() => throw new NotSupportedException();
    }

    /// <summary>Whatever is added, moved and taken out, the first is always the earliest of what is left.</summary>
    [Fact]
    public void Random_moments_come_out_in_their_order_and_each_target_once()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var run = 0; run < 200; run++)
        {
            var heap = new MomentHeap();
            var targets = Enumerable.Range(0, random.Next(1, 40)).Select(static _ => new Target()).ToArray();
            for (var step = 0; step < 300; step++)
            {
                var target = targets[random.Next(targets.Length)];
                switch (random.Next(4))
                {
                    case 0:
                        heap.Remove(target);
                        target.Expected = null;
                        break;
                    case 1 when heap.First is { } first:
                        heap.Remove(first.Target);
                        ((Target)first.Target).Expected = null;
                        break;
                    default:
                        var moment = random.Next(1_000);
                        heap.Add(target, moment);
                        target.Expected = target.Expected is { } known && known < moment ? known : moment;
                        break;
                }

                var earliest = targets.Min(static item => item.Expected);
                Assert.True(heap.First?.Timestamp == earliest && heap.Count == targets.Count(static item => item.Expected is not null), $"Seed {seed}, run {run}, step {step}");
            }
        }
    }

    [Fact]
    public void Clear_leaves_nobody_a_place()
    {
        var heap = new MomentHeap();
        var target = new Target();
        heap.Add(target, 1);

        heap.Clear();
        heap.Remove(target);
        heap.Add(target, 2);

        Assert.Equal((1, 2L), (heap.Count, heap.First?.Timestamp));
    }
}
