using System.Runtime.InteropServices;

namespace EventWatcher.Store;

/// <summary>A run of sequence numbers without a gap, both ends included.</summary>
/// <param name="First">The first number.</param>
/// <param name="Last">The last number; smaller than <paramref name="First"/> by one where the range is empty.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SequenceRange(long First, long Last)
{
    /// <summary>Gets how many numbers it holds.</summary>
    public long Count => Last - First + 1;

    /// <summary>Returns the range for people.</summary>
    /// <returns><c>"5..9"</c>, <c>"5"</c> or <c>"none"</c>.</returns>
    public override string ToString() => Count switch
    {
        <= 0 => "none",
        1 => $"{First}",
        _ => $"{First}..{Last}",
    };
}
