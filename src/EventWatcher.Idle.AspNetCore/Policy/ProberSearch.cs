using System.Buffers;

namespace EventWatcher.Idle.AspNetCore;

/// <summary>Looks for the names of programs that only look whether something is there. Thread-safe.</summary>
/// <remarks>
/// Few programs make most requests. The user agents that were found to be others lately are kept, some of them, and
/// known again at a quarter of what the search costs.
/// </remarks>
internal sealed class ProberSearch(IEnumerable<string> words)
{
    private const int Slots = 64;
    private const int LongestKept = 512;

    private readonly SearchValues<string> _words = SearchValues.Create([.. words], StringComparison.OrdinalIgnoreCase);
    private readonly string?[] _others = new string?[Slots];

    /// <summary>Says whether a user agent names one of them.</summary>
    public bool IsIn(string agent)
    {
        // Whoever writes here at the same time writes something that is right, too.
        ref var other = ref _others[SlotOf(agent)];
        if (string.Equals(Volatile.Read(ref other), agent, StringComparison.Ordinal))
        {
            return false;
        }

        if (agent.AsSpan().ContainsAny(_words))
        {
            return true;
        }

        if (agent.Length <= LongestKept)
        {
            Volatile.Write(ref other, agent);
        }

        return false;
    }

    private static int SlotOf(string agent) => (agent.Length ^ (agent.Length > 0 ? agent[agent.Length / 2] << 3 : 0)) & (Slots - 1);
}
