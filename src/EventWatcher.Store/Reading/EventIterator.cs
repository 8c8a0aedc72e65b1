using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>Where reading begins. The default value is <see cref="TrimHorizon"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EventIterator
{
    private EventIterator(EventIteratorKind kind, long sequenceNumber, DateTimeOffset time)
    {
        Kind = kind;
        SequenceNumber = sequenceNumber;
        Time = time;
    }

    /// <summary>Gets the oldest event that is still there.</summary>
    public static EventIterator TrimHorizon { get; }

    /// <summary>Gets what is stored after now.</summary>
    public static EventIterator Latest { get; } = new(EventIteratorKind.Latest, 0, default);

    /// <summary>Gets what kind it is.</summary>
    public EventIteratorKind Kind { get; }

    /// <summary>Gets the number; zero where the kind has none.</summary>
    public long SequenceNumber { get; }

    /// <summary>Gets the time; the default where the kind has none.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Begins with an event, included.</summary>
    /// <param name="sequenceNumber">Its number, from 1.</param>
    /// <returns>The iterator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static EventIterator AtSequenceNumber(long sequenceNumber)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequenceNumber, 1);
        return new EventIterator(EventIteratorKind.AtSequenceNumber, sequenceNumber, default);
    }

    /// <summary>Begins after an event.</summary>
    /// <param name="sequenceNumber">Its number; 0 stands before the first.</param>
    /// <returns>The iterator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public static EventIterator AfterSequenceNumber(long sequenceNumber)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequenceNumber);
        return new EventIterator(EventIteratorKind.AfterSequenceNumber, sequenceNumber, default);
    }

    /// <summary>Begins with the first event that was stored at or after a time.</summary>
    /// <param name="time">The time.</param>
    /// <returns>The iterator.</returns>
    public static EventIterator AtTime(DateTimeOffset time) => new(EventIteratorKind.AtTime, 0, time.ToUniversalTime());

    /// <summary>Reads what <see cref="ToString"/> writes; case and blanks around it don't matter.</summary>
    /// <param name="text"><c>trim-horizon</c>, <c>latest</c>, <c>at 5</c>, <c>after 5</c>, or <c>at</c> and a time in ISO 8601 with its offset.</param>
    /// <param name="iterator">The iterator.</param>
    /// <returns>False where it is none of these.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EventIterator iterator)
    {
        iterator = default;
        switch (text?.Trim().ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["TRIM-HORIZON"]:
                return true;
            case ["LATEST"]:
                iterator = Latest;
                return true;
            case ["AT", var number] when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at >= 1:
                iterator = AtSequenceNumber(at);
                return true;
            case ["AFTER", var number] when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var after):
                iterator = AfterSequenceNumber(after);
                return true;
            case ["AT", var time] when time.Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at):
                iterator = AtTime(at);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Returns the iterator for people.</summary>
    /// <returns><c>"trim-horizon"</c>, <c>"latest"</c>, <c>"at 5"</c>, <c>"after 5"</c> or <c>"at 2026-01-01T00:00:00.0000000+00:00"</c>.</returns>
    public override string ToString() => Kind switch
    {
        EventIteratorKind.Latest => "latest",
        EventIteratorKind.AtSequenceNumber => $"at {SequenceNumber}",
        EventIteratorKind.AfterSequenceNumber => $"after {SequenceNumber}",
        EventIteratorKind.AtTime => $"at {Time:O}",
        _ => "trim-horizon",
    };
}
