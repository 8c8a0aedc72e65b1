using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace EventWatcher;

/// <summary>Groups, words and custom bits of <see cref="EventAction"/>.</summary>
public static class EventActions
{
    private const int FirstCustomBit = 32;
    private const int LastCustomNumber = 31;
    private const string NoneName = "none";
    private const string CustomPrefix = "custom-";
    private const string BitPrefix = "bit-";

    // The words of the first 22 bits; null where a bit has no action.
    private static readonly string?[] BitNames =
    [
        "create", "start", "unpause", "kill", "stop", "pause", "die", "destroy",
        null, null, "force-reload", null,
        "written", "created", "deleted", "renamed",
        "restart", "rename", "oom", "healthy", "unhealthy", "update",
    ];

    extension(EventAction action)
    {
        /// <summary>Gets a value indicating whether a create, start or unpause is among the actions.</summary>
        public bool IsContainerStart => (action & EventAction.ContainerStartMask) != EventAction.None;

        /// <summary>
        /// Gets a value indicating whether a kill, stop or die is among the actions. A kill may be any signal:
        /// decide on <see cref="EventAction.ContainerDie"/> where it matters.
        /// </summary>
        public bool IsContainerStop => (action & EventAction.ContainerStopMask) != EventAction.None;

        /// <summary>Gets a value indicating whether a pause is among the actions.</summary>
        public bool IsContainerPause => (action & EventAction.ContainerPauseMask) != EventAction.None;

        /// <summary>Gets a value indicating whether any container action is among the actions.</summary>
        public bool IsContainer => (action & EventAction.ContainerMask) != EventAction.None;

        /// <summary>Gets a value indicating whether any file action is among the actions.</summary>
        public bool IsFile => (action & EventAction.FileMask) != EventAction.None;

        /// <summary>Gets a value indicating whether <see cref="EventAction.ForceReload"/> is among the actions.</summary>
        public bool IsForceReload => (action & EventAction.ForceReload) != EventAction.None;

        /// <summary>
        /// Returns the action's word: <c>start</c>, <c>unpause</c>, <c>written</c>, <c>force-reload</c>, …; several
        /// joined by <c>|</c> from the lowest bit; <c>none</c>; <c>custom-0</c> to <c>custom-31</c>; <c>bit-N</c> for
        /// a bit without a meaning.
        /// </summary>
        /// <returns>The word, never empty. Allocates only for several or unnamed bits.</returns>
        public string ToName() => BitOperations.PopCount((ulong)action) switch
        {
            0 => NoneName,
            1 => BitName(BitOperations.TrailingZeroCount((ulong)action)),
            _ => JoinNames((ulong)action),
        };
    }

    extension(EventAction)
    {
        /// <summary>Makes an action of an application's own.</summary>
        /// <param name="number">Which, from 0 to 31.</param>
        /// <returns>The action; its word is <c>custom-N</c>.</returns>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is not from 0 to 31.</exception>
        public static EventAction Custom(int number)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, LastCustomNumber);
            return (EventAction)(1UL << (FirstCustomBit + number));
        }
    }

    /// <summary>Reads what <see cref="ToName(EventAction)"/> writes.</summary>
    /// <remarks>
    /// Use this one: <c>EventAction.TryParse</c> is the framework's <see cref="Enum.TryParse{TEnum}(string, out TEnum)"/>,
    /// which reads the C# member names instead.
    /// </remarks>
    /// <param name="name">One word, or several joined by <c>|</c>; case matters.</param>
    /// <param name="action">The action; <see cref="EventAction.None"/> where false is returned.</param>
    /// <returns>False where a word is unknown or nothing is there.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, out EventAction action)
    {
        action = EventAction.None;
        if (string.IsNullOrEmpty(name))
        {
            return false;
        }

        if (string.Equals(name, NoneName, StringComparison.Ordinal))
        {
            return true;
        }

        var bits = 0UL;
        foreach (var range in name.AsSpan().Split('|'))
        {
            var bit = BitOf(name.AsSpan()[range]);
            if (bit < 0)
            {
                return false;
            }

            bits |= 1UL << bit;
        }

        action = (EventAction)bits;
        return true;
    }

    private static string BitName(int bit)
    {
        if (bit >= FirstCustomBit)
        {
            return $"{CustomPrefix}{bit - FirstCustomBit}";
        }

        return (bit < BitNames.Length ? BitNames[bit] : null) ?? $"{BitPrefix}{bit}";
    }

    private static string JoinNames(ulong bits)
    {
        var names = new List<string>(BitOperations.PopCount(bits));
        for (; bits != 0; bits &= bits - 1)
        {
            names.Add(BitName(BitOperations.TrailingZeroCount(bits)));
        }

        return string.Join('|', names);
    }

    private static int BitOf(ReadOnlySpan<char> word)
    {
        for (var bit = 0; bit < BitNames.Length; bit++)
        {
            if (BitNames[bit] is { } name && word.SequenceEqual(name))
            {
                return bit;
            }
        }

        return NumberAfter(CustomPrefix, word, LastCustomNumber) is var custom and >= 0
            ? FirstCustomBit + custom
            : NumberAfter(BitPrefix, word, FirstCustomBit - 1);
    }

    private static int NumberAfter(string prefix, ReadOnlySpan<char> word, int highest) =>
        word.StartsWith(prefix, StringComparison.Ordinal) &&
        int.TryParse(word[prefix.Length..], System.Globalization.NumberStyles.None, provider: null, out var number) &&
        number <= highest
            ? number
            : -1;
}
