namespace EventWatcher.Files;

/// <summary>What is heard of a name.</summary>
internal enum NameSign
{
    /// <summary>It came into being; who made it may still write.</summary>
    Created,

    /// <summary>Its content was written, by somebody who has it open.</summary>
    Modified,

    /// <summary>Somebody who had it open for writing closed it.</summary>
    Closed,

    /// <summary>It was moved away.</summary>
    MovedFrom,

    /// <summary>Something was moved here.</summary>
    MovedTo,

    /// <summary>It was removed.</summary>
    Deleted,

    /// <summary>Its rights, times or number of names changed.</summary>
    Attributes,

    /// <summary>A look at the disk found it other than it was known.</summary>
    Differs,
}
