namespace EventWatcher.Files;

/// <summary>What the kernel's signals mean for a name.</summary>
internal static class NameSigns
{
    public static IReadOnlyList<(FileSignals Signal, NameSign Sign)> All { get; } =
    [
        (FileSignals.Create, NameSign.Created),
        (FileSignals.Modify, NameSign.Modified),
        (FileSignals.CloseWrite, NameSign.Closed),
        (FileSignals.MovedFrom, NameSign.MovedFrom),
        (FileSignals.MovedTo, NameSign.MovedTo),
        (FileSignals.Delete, NameSign.Deleted),
        (FileSignals.Attrib, NameSign.Attributes),
    ];
}
