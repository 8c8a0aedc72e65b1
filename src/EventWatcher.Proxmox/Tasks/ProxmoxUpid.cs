using System.Globalization;

namespace EventWatcher.Proxmox;

/// <summary>What a task's identifier says: <c>UPID:node:pid:ticks:start:type:id:user:</c>.</summary>
internal sealed record ProxmoxUpid(string Text, string Node, long Ticks, DateTimeOffset Start, string Type, string Id, string User)
{
    public static ProxmoxUpid? TryParse(string? text)
    {
        var parts = text?.Split(':');
        return parts is ["UPID", { Length: > 0 } node, _, var ticks, var start, { Length: > 0 } type, var id, var user, ..]
            && NodeName.IsValid(node)
            && long.TryParse(ticks, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var tick)
            && long.TryParse(start, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and < 253_402_300_800
                ? new ProxmoxUpid(text!, node, tick, DateTimeOffset.FromUnixTimeSeconds(seconds), type, id, user)
                : null;
    }

    /// <summary>Gets the guest's number where the task is of one; else 0.</summary>
    public int Vmid => int.TryParse(Id, NumberStyles.None, CultureInfo.InvariantCulture, out var vmid) ? vmid : 0;

    public override string ToString() => Text;
}
