using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>Where some of a segment's frames are: one in every few kilobytes. Safe from any thread.</summary>
internal sealed class SegmentIndex
{
    /// <summary>How far apart the entries are: what is walked over to find an event.</summary>
    private const int Distance = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Takes a frame; in the order of the file.</summary>
    /// <param name="first">The number of its first event.</param>
    /// <param name="offset">Where it is.</param>
    /// <param name="timestamp">When its first event was taken.</param>
    public void Add(long first, long offset, long timestamp)
    {
        lock (_gate)
        {
            if (_entries.Count == 0 || offset - _entries[^1].Offset >= Distance)
            {
                _entries.Add(new Entry(first, offset, timestamp));
            }
        }
    }

    /// <summary>Finds the last entry at or before an event.</summary>
    public Entry FindNumber(long number) => Find(entry => entry.First <= number);

    /// <summary>Finds the last entry before a time; events of just that time may lie before others of it.</summary>
    public Entry FindTime(long timestamp) => Find(entry => entry.Timestamp < timestamp);

    private Entry Find(Func<Entry, bool> isBefore)
    {
        lock (_gate)
        {
            var (low, high) = (0, _entries.Count);
            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                (low, high) = isBefore(_entries[middle]) ? (middle + 1, high) : (low, middle);
            }

            return _entries.Count == 0 ? default : _entries[Math.Max(0, low - 1)];
        }
    }

    /// <summary>Where a frame is.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Entry(long First, long Offset, long Timestamp);
}
