using System.Buffers;
using System.Globalization;

namespace EventWatcher;

/// <summary>The one reader of durations in configuration.</summary>
/// <remarks>
/// A bare number says no unit, and <see cref="TimeSpan"/>'s own parser takes it for days; it is refused, as is
/// everything else of which a reader could be in doubt ("00:05", "24:00:00").
/// </remarks>
internal static class DurationParser
{
    public const string Allowed = "a duration such as 250ms, 5s, 1h30m, 2d or 00:00:05";
    public const string AllowedOrInfinite = Allowed + ", or infinite";

    // No 28-digit decimal times the ticks of a day: what is larger than this is out of range in every unit.
    private const decimal LargestNumber = 1_000_000_000_000_000m;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly string[] Units = ["d", "h", "m", "s", "ms"];

    private static readonly long[] Ticks =
    [
        TimeSpan.TicksPerDay, TimeSpan.TicksPerHour, TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond, TimeSpan.TicksPerMillisecond,
    ];

    /// <summary>Reads <c>5s</c>, <c>1h30m</c>, <c>00:00:05</c>, <c>1.00:00:00</c> and, where allowed, <c>infinite</c>.</summary>
    /// <param name="text">What is written; blanks around it don't matter.</param>
    /// <param name="allowInfinite">Whether <c>infinite</c> is one of them: <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="duration">The duration, never negative unless infinite.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, bool allowInfinite, out TimeSpan duration)
    {
        text = text.Trim();
        if (text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
        {
            duration = Timeout.InfiniteTimeSpan;
            return allowInfinite;
        }

        if (!text.Contains(':'))
        {
            return TryParseUnits(text, out duration);
        }

        // The invariant format takes fewer parts than three too, and then guesses.
        return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration)
            && text.Count(':') == 2
            && (duration >= TimeSpan.Zero || (allowInfinite && duration == Timeout.InfiniteTimeSpan));
    }

    private static bool TryParseUnits(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var ticks = 0m;
        var lastUnit = -1;
        do
        {
            var digits = text.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !TryParseNumber(text[..digits], out var number))
            {
                return false;
            }

            text = text[digits..];
            var letters = text.IndexOfAnyInRange('0', '9');
            letters = letters < 0 ? text.Length : letters;
            var unit = IndexOfUnit(text[..letters]);
            if (unit <= lastUnit)
            {
                // Unknown, said twice, or out of order.
                return false;
            }

            lastUnit = unit;
            ticks += number * Ticks[unit];
            text = text[letters..];
        }
        while (!text.IsEmpty);

        if (ticks > long.MaxValue || ticks != decimal.Truncate(ticks))
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
        && char.IsAsciiDigit(text[0])
        && char.IsAsciiDigit(text[^1])
        && number <= LargestNumber;

    private static int IndexOfUnit(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (text.SequenceEqual(Units[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
