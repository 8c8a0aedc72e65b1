namespace EventWatcher.Files;

/// <summary>A name of which something was heard and that is not decided yet.</summary>
internal sealed class PendingName<TKey>
    where TKey : struct, IEquatable<TKey>
{
    public SettlePhase Phase { get; set; }

    /// <summary>Gets or sets when it is decided, in the clock's ticks.</summary>
    public long Due { get; set; }

    /// <summary>Gets or sets when settling began; null while it was only written to.</summary>
    public long? Since { get; set; }

    /// <summary>Gets or sets a value indicating whether content was written to what is under this name now.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Gets or sets a value indicating whether it was written to and not closed since.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Gets or sets a value indicating whether it was created and not closed since.</summary>
    public bool IsFresh { get; set; }

    /// <summary>Gets or sets the number that joins the two halves of a move away from here; 0 for none.</summary>
    public uint Cookie { get; set; }

    /// <summary>Gets or sets the name that what is here now was moved from, over however many steps.</summary>
    public TKey? Origin { get; set; }

    /// <summary>Gets or sets the name that what was here has been moved to.</summary>
    public TKey? Destination { get; set; }
}
