using System.Globalization;

namespace EventWatcher.Proxmox;

/// <summary>Makes the events of guests.</summary>
internal sealed class GuestEvents(string cluster, string source)
{
    private const string Requested = "requested";
    private const string Spontaneous = "spontaneous";

    public Event Of(EventAction action, KnownGuest guest, DateTimeOffset time, TaskRecord? task, bool isSynthesized, KeyValuePair<string, string>? more = null)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ProxmoxWatcher.VmidAttribute] = guest.Id.Vmid.ToString(CultureInfo.InvariantCulture),
            [ProxmoxWatcher.NodeAttribute] = guest.Node,
            [ProxmoxWatcher.TypeAttribute] = guest.Id.KindWord,
            [ProxmoxWatcher.CauseAttribute] = task is null ? Spontaneous : Requested,
        };
        AddIfAny(ProxmoxWatcher.TagsAttribute, guest.Tags);
        AddIfAny(ProxmoxWatcher.PoolAttribute, guest.Pool);
        AddIfAny(ProxmoxWatcher.UserAttribute, task?.User);
        AddIfAny(ProxmoxWatcher.TaskAttribute, task?.Upid.Text);
        AddIfAny(ProxmoxWatcher.SynthesizedAttribute, isSynthesized ? "true" : null);
        if (more is { } extra)
        {
            attributes[extra.Key] = extra.Value;
        }

        return new Event
        {
            Type = EventType.Proxmox,
            Action = action,
            ActorId = guest.Id.Qualified(cluster),
            ActorName = guest.Name.Length > 0 ? guest.Name : guest.Id.ToString(),
            ActorAttributes = attributes,
            Timestamp = time,
            Source = source,
        };

        void AddIfAny(string key, string? value)
        {
            if (value is { Length: > 0 })
            {
                attributes[key] = value;
            }
        }
    }
}
