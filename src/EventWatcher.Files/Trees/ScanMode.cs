namespace EventWatcher.Files;

/// <summary>What is made of what a scan finds.</summary>
internal enum ScanMode
{
    /// <summary>It has been there from the beginning.</summary>
    Baseline = 0,

    /// <summary>What differs from what is known is heard of like any other sign.</summary>
    Compare,
}
