using System.Globalization;

namespace EventWatcher.Files;

/// <summary>Makes the events of this package.</summary>
internal static class FileEvents
{
    public static Event Create(EventAction action, string name, string path, in FileStamp stamp, string? oldName = null)
    {
        Span<KeyValuePair<string, string>> attributes = new KeyValuePair<string, string>[6];
        var count = 0;
        attributes[count++] = new(FileAttributeNames.Path, PathBytes.Show(path));
        if (oldName is not null)
        {
            attributes[count++] = new(FileAttributeNames.OldName, PathBytes.Show(oldName));
        }

        if (stamp.IsDirectory)
        {
            attributes[count++] = new(FileAttributeNames.Directory, "true");
        }

        if (stamp.Kind == EntryKind.File && action != EventAction.FileDeleted)
        {
            attributes[count++] = new(FileAttributeNames.Size, stamp.Size.ToString(CultureInfo.InvariantCulture));
            attributes[count++] = new(FileAttributeNames.Modified, stamp.ModifiedAt.ToString("O", CultureInfo.InvariantCulture));
        }

        if (PathBytes.IsEscaped(path))
        {
            attributes[count++] = new(FileAttributeNames.PathBytes, PathBytes.ToHex(path));
        }

        FilesTelemetry.EventReported(action);
        return new Event
        {
            Type = EventType.File,
            Action = action,
            ActorName = PathBytes.Show(name),
            ActorAttributes = EventAttributes.Create(attributes[..count]),
        };
    }
}
