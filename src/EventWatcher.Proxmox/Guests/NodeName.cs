using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Proxmox;

/// <summary>What a node may be called; it becomes a part of paths.</summary>
internal static class NodeName
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsValid([NotNullWhen(true)] string? name) => name is { Length: > 0 } && !name.AsSpan().ContainsAnyExcept(Letters);
}
