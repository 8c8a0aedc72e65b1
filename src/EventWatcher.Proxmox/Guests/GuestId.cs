using System.Globalization;
using System.Runtime.InteropServices;

namespace EventWatcher.Proxmox;

/// <summary>A guest's kind and number, which is unique in its cluster.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GuestId(GuestKind Kind, int Vmid)
{
    public bool IsContainer => Kind == GuestKind.Lxc;

    /// <summary>Gets the guest's word in paths: <c>lxc</c> or <c>qemu</c>.</summary>
    public string KindWord => IsContainer ? "lxc" : "qemu";

    /// <summary>Reads <c>lxc/101</c> and <c>qemu/100</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out GuestId id)
    {
        id = default;
        var slash = text.IndexOf('/');
        if (slash < 0 || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var vmid) || vmid < 1)
        {
            return false;
        }

        id = new GuestId(text[..slash] is "lxc" ? GuestKind.Lxc : GuestKind.Qemu, vmid);
        return text[..slash] is "lxc" or "qemu";
    }

    /// <summary>Gives the id as events and lists have it: <c>cluster/lxc/101</c>.</summary>
    public string Qualified(string cluster) => $"{cluster}/{this}";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{KindWord}/{Vmid}");
}
