using System.Diagnostics.CodeAnalysis;

namespace EventWatcher.Proxmox;

/// <summary>What a node may be called; it becomes a part of paths.</summary>
internal static class NodeName
{
    public static bool IsValid([NotNullWhen(true)] string? name) => name is { Length: > 0 } && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-');
}
