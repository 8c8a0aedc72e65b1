using System.Diagnostics.Metrics;

namespace EventWatcher.Files.Tests;

/// <summary>Counts how often a queue overflowed.</summary>
internal sealed class OverflowCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    public OverflowCounter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is "eventwatcher.files.queue.overflow")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _count, value));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}
