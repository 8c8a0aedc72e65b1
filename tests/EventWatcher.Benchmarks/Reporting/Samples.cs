using System.Diagnostics;

namespace EventWatcher.Benchmarks;

/// <summary>Measured values and their percentiles.</summary>
internal sealed class Samples(int capacity = 0)
{
    private readonly List<double> _values = new(capacity);
    private bool _isSorted;

    public int Count => _values.Count;

    public double Median => Percentile(50);

    public void Add(double value)
    {
        _isSorted = false;
        _values.Add(value);
    }

    /// <summary>Adds a difference of <see cref="Stopwatch.GetTimestamp"/>, in microseconds.</summary>
    public void AddTicks(long ticks) => Add(ticks * 1e6 / Stopwatch.Frequency);

    /// <summary>The value below which so many of a hundred lie.</summary>
    public double Percentile(double percent)
    {
        if (!_isSorted)
        {
            _values.Sort();
            _isSorted = true;
        }

        return _values.Count == 0 ? double.NaN : _values[Math.Clamp((int)Math.Ceiling(_values.Count * percent / 100) - 1, 0, _values.Count - 1)];
    }
}
