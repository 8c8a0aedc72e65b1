using System.Diagnostics;

namespace EventWatcher.Benchmarks;

/// <summary>One event after another, each timed from just before it is offered to its arrival at the handler.</summary>
internal sealed class LatencyProbe(Action<Event> offer)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private long _offered;
    private long _latency;

    /// <summary>The handler calls it first of all.</summary>
    public void Arrived() => Volatile.Write(ref _latency, Math.Max(1, Stopwatch.GetTimestamp() - Volatile.Read(ref _offered)));

    /// <summary>Measures so many events; after each arrival, and the gap, comes the next.</summary>
    public void Measure(Event item, int count, TimeSpan gap, Samples samples)
    {
        for (var i = 0; i < count; i++)
        {
            if (gap > TimeSpan.Zero)
            {
                Thread.Sleep(gap);
            }

            Volatile.Write(ref _latency, 0);
            var started = Stopwatch.GetTimestamp();
            Volatile.Write(ref _offered, started);
            offer(item);
            samples.AddTicks(WaitForArrival(started, gap));
        }
    }

    // Whoever waits for the arrival must not be in its way: with a gap the thread sleeps on, as a source does.
    private long WaitForArrival(long started, TimeSpan gap)
    {
        var spin = default(SpinWait);
        while (true)
        {
            var latency = Volatile.Read(ref _latency);
            if (latency != 0)
            {
                return latency;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new BenchmarkException($"An event did not arrive within {Patience}.");
            }

            if (gap > TimeSpan.Zero)
            {
                Thread.Sleep(1);
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }
}
